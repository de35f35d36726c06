export { type WorkerCallContext, type WorkerPool, type WorkerPoolOptions, workerPool } from './worker-pool.js'
