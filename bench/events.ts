// What the way of events costs: how fast subscribers handle them, and how long the outbox holds them.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, Benchmark } from './benchmark.ts'
import { measureConsumerRate } from './consumer-rate.ts'
import type { Measurement } from './measurement.ts'
import { measureOutboxLatency } from './outbox-latency.ts'

export const measureEvents = async (bench: Bench): Promise<readonly Measurement[]> => {
  const inFolder = (name: string, measure: Benchmark): ReturnType<Benchmark> => {
    const folder = join(bench.folder, name)
    mkdirSync(folder)
    return measure({ ...bench, folder })
  }
  // One after the other: each is to have the machine for itself.
  const rate = await inFolder('consumer-rate', measureConsumerRate)
  return [...rate, ...(await inFolder('outbox-latency', measureOutboxLatency))]
}
