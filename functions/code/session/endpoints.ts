// Sign-in to The One Code: the cookie `code_session` (HUB-1, HUB-3).
import { signInEndpoints } from '../../platform/sign-in-endpoints.ts'

export const codeSession = signInEndpoints('code')
