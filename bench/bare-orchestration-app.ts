// An orchestration of activities that do nothing, one after the other: what it takes is the engine's.
import * as df from 'durable-functions'

df.app.activity('nothing', { handler: () => null })

df.app.orchestration('chain', function* ({ df: context }) {
  const activities = context.getInput<number>()
  for (let done = 0; done < activities; done += 1) yield context.callActivity('nothing', done)
  return activities
})
