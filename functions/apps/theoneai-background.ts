// What the AI Platform does by itself: security tickets for what Defend detects.
import { aiBackground } from './ai-capabilities.ts'
import { backgroundApp } from './background-app.ts'

export const theoneaiBackground = backgroundApp('theoneai-background', 'ai', aiBackground)
