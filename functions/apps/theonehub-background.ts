// Subscribers to Hub's events, and what keeps other products in step with its users.
import { backgroundApp } from './background-app.ts'
import { hubBackground } from './hub-capabilities.ts'

export const theonehubBackground = backgroundApp('theonehub-background', 'hub', hubBackground)
