package feed

// Formats are the names that Config.Format and Options.Format take besides "auto".
var Formats = []string{"asterix", "oradis", "gps", "rply", "pcap", "pcapng", "beast", "avr", "hexcsv", "sbs", "plots"}
