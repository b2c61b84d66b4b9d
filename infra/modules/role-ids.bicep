// The built-in roles that are given to anybody, by what they are for. Nobody is an owner of anything but of the storage of its own host.

@export()
var roles = {
  hostBlobs: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner
  hostQueues: '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // Storage Queue Data Contributor
  tables: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor
  readTable: '76199698-9eea-4c19-bc75-cec21354c6b6' // Storage Table Data Reader
  receive: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0' // Azure Service Bus Data Receiver
  send: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39' // Azure Service Bus Data Sender
  readSecret: '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User
  changeSecret: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7' // Key Vault Secrets Officer
  askModels: '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd' // Cognitive Services OpenAI User
  sendTelemetry: '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher
  runOrchestrations: '0ad04412-c4d5-4796-b79c-f76d14c8d402' // Durable Task Data Contributor
}

@export()
@description('The roles of modules/own-roles.bicep, by what they are for, as parts of their ids.')
var ownRoles = {
  rotateKeys: 'rotates-keys'
  purgeKeys: 'purges-keys'
}
