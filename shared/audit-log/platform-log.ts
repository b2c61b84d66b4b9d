// The log of the platform itself.

/** Whose log has what operators do to no organization: no id of one looks like it. */
export const platformLog = 'urn:theonestack:platform'
