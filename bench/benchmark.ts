// What run.ts gives every benchmark, and what it wants of it.
import type { Measurement } from './measurement.ts'

export type Bench = {
  /** Empty, and gone when the run ends. */
  readonly folder: string
  /** App settings for the functions, with a storage emulator that runs. */
  readonly settings: Readonly<Record<string, string>>
  /** As large as in earnest, where that takes long. */
  readonly whole: boolean
  readonly progress: (text: string) => void
}

export type Benchmark = (bench: Bench) => Promise<readonly Measurement[]>
