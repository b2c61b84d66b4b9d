// Two roles of our own, for secrets: the built-in Key Vault Secrets Officer may also back up, restore and recover.

import { ownRoles } from 'role-ids.bicep'

@description('Of the environment: names of roles are those of the whole directory.')
param environmentName string

var actions = {
  rotateKeys: ['getSecret/action', 'readMetadata/action', 'setSecret/action', 'update/action', 'delete']
  purgeKeys: ['getSecret/action', 'readMetadata/action', 'delete', 'purge/action']
}
var titles = {
  rotateKeys: 'Integrations ${environmentName}: rotates keys'
  purgeKeys: 'Integrations ${environmentName}: purges keys'
}
var texts = {
  rotateKeys: 'Reads, sets, disables and deletes secrets of a key vault. It neither backs up nor purges.'
  purgeKeys: 'Finds, reads, deletes and purges secrets of a key vault. It sets none.'
}

resource definitions 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [
  for role in items(ownRoles): {
    name: guid(resourceGroup().id, role.value)
    properties: {
      roleName: titles[role.key]
      description: texts[role.key]
      type: 'CustomRole'
      assignableScopes: [resourceGroup().id]
      permissions: [
        {
          actions: []
          notActions: []
          dataActions: map(actions[role.key], action => 'Microsoft.KeyVault/vaults/secrets/${action}')
          notDataActions: []
        }
      ]
    }
  }
]
