// Floor: the least that a Function App can be. What it costs belongs to Azure Functions and Node, not to this suite.
import { app } from '@azure/functions'

app.http('bare', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'bare',
  handler: () => ({ jsonBody: { status: 'live' } }),
})
