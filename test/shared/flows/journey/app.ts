// Process entry: what the host of these tests loads.
import { app } from '@azure/functions'
import { loadConfig } from '../../../../shared/config/config.ts'
import { finishActivity } from '../../../../shared/triggers/finish-activity.ts'
import { flowRetentionTimer } from '../../../../functions/platform/flow-retention-timer.ts'
import { flowStartTimer } from '../../../../functions/platform/flow-start-timer.ts'
import { createServices } from '../../../../shared/services.ts'
import { register } from '../../../../shared/triggers/register.ts'
import { addUp, doubleItem, readPlan } from './activities.ts'
import { readJourney, startJourney } from './endpoints.ts'
import { journeyFlow } from './orchestration.ts'

register(
  app,
  [
    journeyFlow,
    readPlan,
    doubleItem,
    addUp,
    finishActivity,
    startJourney,
    readJourney,
    flowStartTimer('test-flow-start-timer', [journeyFlow]),
    flowRetentionTimer('test-flow-retention-timer'),
  ],
  createServices(loadConfig(process.env)),
)
