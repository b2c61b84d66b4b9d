// Which Node.js the suite runs on.

/** The oldest major version: what `engines` of the bundles says, which nobody reads before a bundle is run. */
export const nodeMajorMin = 22

/** Why this Node.js cannot run the suite, or undefined. @param version such as `22.11.0` */
export const nodeProblem = (version: string): string | undefined =>
  Number.parseInt(version, 10) >= nodeMajorMin
    ? undefined
    : `Node.js ${version} is too old: calls would fail one by one. Set the version of the Function App to 24; ${nodeMajorMin} is the oldest that works.`
