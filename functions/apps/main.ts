// What the Functions host loads on a laptop: all apps at once. On Azure each app has a bundle that starts it alone.
import { all } from './all.ts'
import { start } from './start.ts'

start(all)
