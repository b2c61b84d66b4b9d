// Words that stand in tickets about anything: what two tickets have of them alone says nothing. In English and German.
import { stemOf } from '../../../../../shared/ai/offline/terms.ts'

const everyday = new Set(
  `need needs new old please help want wants get got work works working again today yesterday since morning time now still after before all every
  everybody everyone some one two problem problems issue issues error day days number room floor office user users customer customers colleague
  dead down broken slow hello thanks
  brauche brauchen brauchst bitte neu neue neuen neuer neues geht gehen funktioniert seit heute gestern morgen wieder alle alles hallo danke
  problem probleme fehler büro kunde kunden kollege kollegin kaputt langsam`
    .split(/\s+/)
    .map(stemOf),
)

/** @param term as `termsOf` gives it */
export const isEveryday = (term: string): boolean => everyday.has(term)
