package watch

// fieldNames are the fields that a rule may fill, by their JSON names; the attendance statuses and the quantity are
// filled by their own machinery.
var fieldNames = words(`name place region host chair organisation participants actor state speaker role topic beneficiary
	subject due supplier recipient item what near parties from to direction driver stage said_by
	attends absent remote by_deputy deputy meeting killed wounded`)
