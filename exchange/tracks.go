package exchange

// MaxBatch is the most tracks under one signature.
const MaxBatch = 200
