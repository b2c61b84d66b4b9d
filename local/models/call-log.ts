// The requests that came, each with all that it said, and what became of it.

export type LoggedCall = {
  readonly deployment: string
  readonly wire: 'openai-chat' | 'anthropic-messages' | 'transcription' | 'embeddings'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  /** Milliseconds since 1970, as all times here. */
  readonly at: number
  /** Tokens of the answer that went out. */
  tokensSent: number
  promptTokens: number
  outcome: 'running' | 'complete' | 'fault' | 'aborted'
  endedAt?: number
}

const callsMax = 20_000

export const createCallLog = () => {
  let calls: LoggedCall[] = []
  const of = (deployment: string | undefined): readonly LoggedCall[] =>
    deployment === undefined ? calls : calls.filter((call) => call.deployment === deployment)
  return {
    add: (call: Pick<LoggedCall, 'deployment' | 'wire' | 'path' | 'headers' | 'body'>): LoggedCall => {
      const logged: LoggedCall = { ...call, at: Date.now(), tokensSent: 0, promptTokens: 0, outcome: 'running' }
      calls.push(logged)
      if (calls.length > callsMax) calls = calls.slice(-callsMax / 2)
      return logged
    },
    end: (call: LoggedCall, outcome: Exclude<LoggedCall['outcome'], 'running'>): void => {
      if (call.outcome !== 'running') return
      call.outcome = outcome
      call.endedAt = Date.now()
    },
    of,
    counts: (deployment: string | undefined) => {
      const counts = { calls: 0, complete: 0, fault: 0, aborted: 0, running: 0, promptTokens: 0, tokensSent: 0 }
      for (const { outcome, promptTokens, tokensSent } of of(deployment)) {
        counts.calls += 1
        counts[outcome] += 1
        counts.promptTokens += promptTokens
        counts.tokensSent += tokensSent
      }
      return counts
    },
    reset: (deployment?: string): void => {
      calls = deployment === undefined ? [] : calls.filter((call) => call.deployment !== deployment)
    },
  }
}
export type CallLog = ReturnType<typeof createCallLog>
