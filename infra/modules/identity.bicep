// Who a Function App is: one identity each, so that each is given what it needs and nothing of another.

import { texts } from 'types.bicep'

param name string
param location string
param tags texts

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}
