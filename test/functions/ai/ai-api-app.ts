// The API of the AI Platform alone, as it is deployed: the entry of a host of its own, with the models that its environment names.
import { start } from '../../../functions/apps/start.ts'
import { theoneaiApi } from '../../../functions/apps/theoneai-api.ts'

start(theoneaiApi)
