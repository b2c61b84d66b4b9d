// Sign-in to the AI Platform: the cookie `oneai_session`, shared by the platform's subdomains where a domain is set (HUB-4).
import { signInEndpoints } from '../../platform/sign-in-endpoints.ts'

export const aiSession = signInEndpoints('ai')
