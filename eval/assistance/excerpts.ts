// A knowledge base, and excerpts of running calls with the article that helps, or none.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Article = { readonly id: string; readonly title: string; readonly url: string; readonly text: string }

export type Excerpt = {
  readonly lines: readonly { readonly id: string; readonly speaker: string; readonly text: string }[]
  /** The id of the article that helps; null where none does. */
  readonly helps: string | null
}

const textOf = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')

export const articles = (): readonly Article[] =>
  textOf('articles.txt')
    .split(/^# /m)
    .slice(1)
    .map((block, index) => {
      const [title = '', ...lines] = block.trim().split('\n')
      const id = `article-${index + 1}`
      return { id, title, url: `https://psa.example/articles/${id}`, text: lines.join('\n') }
    })

const speakers: Readonly<Record<string, string>> = { T: 'Technician', C: 'Customer' }

export const excerpts = (): readonly Excerpt[] => {
  const idOfTitle = new Map(articles().map(({ id, title }) => [title, id]))
  return textOf('calls.txt')
    .trim()
    .split(/\n{2,}/)
    .map((block) => {
      const title = /^> (.+)$/m.exec(block)?.[1] ?? ''
      const helps = idOfTitle.get(title) ?? null
      if (helps === null && title !== 'none')
        throw new Error(`No article is called "${title}". End an excerpt with "> title", or "> none".`)
      const said = [...block.matchAll(/^([TC]): (.+)$/gm)]
      return {
        lines: said.map(([, who = '', text = ''], index) => ({
          id: `l${index + 1}`,
          speaker: speakers[who] ?? who,
          text,
        })),
        helps,
      }
    })
}
