// What the documentation of a repository says when no model can be asked.
import { describe, expect, it } from 'vitest'
import { featureNamed } from '../../../../eval/answerer.ts'
import { documentKinds } from '../../../../functions/ai/features/code/documentation/contract.ts'
import { schemaOf } from '../../../../shared/triggers/schema-source.ts'
import { growthOf } from '../../../support/processor-time.ts'

const shop = {
  'package.json': JSON.stringify({
    engines: { node: '>=20' },
    scripts: { start: 'node src/app.js' },
    dependencies: { express: '4.19.2' },
  }),
  'README.md':
    'The shop lets customers order spare parts. To start it, install Node and run `npm start`.\n\nKnown issue: the legacy importer is not supported.',
  'src/app.ts': `import { orders } from './orders.ts'
import { auth } from './auth.ts'
// Orders are deployed to staging first, and rolled back by the tag before.
app.get('/orders/:id', auth, orders)
// TODO: paging of the list of orders
app.listen(process.env.PORT ?? 8080)`,
  'src/orders.ts': "import { pool } from './db.ts'\nfetch('https://api.stripe.com/v1', process.env.STRIPE_SECRET_KEY)",
  'src/auth.ts': "import { pool } from './db.ts'\nexport function auth(request) { jwt.verify(request) }",
  'src/db.ts': 'export const pool = new Pool()',
  'db/schema.sql':
    'CREATE TABLE customers (\n  id uuid PRIMARY KEY,\n  email text\n);\nCREATE TABLE orders (\n  id uuid,\n  customer_id uuid REFERENCES customers (id)\n);',
}

const written = async (kind: string, files: Readonly<Record<string, string>>): Promise<string> => {
  const { input, fallback } = featureNamed('code-documentation')
  const sources = Object.entries(files).map(([id, text]) => ({ id, text }))
  const given = (await schemaOf(input)).parse({ kind, repository: { name: 'northwind/shop' }, sources })
  return (await fallback?.())?.(given as never) as string
}

describe('documentation by rule', () => {
  it.each([
    ['architecture', ['- `src/app.ts` uses `src/orders.ts`, `src/auth.ts` [src/app.ts]', '- `src`: 4 files']],
    ['architecture', ['- `src/db.ts`: 2 files use it [src/orders.ts] [src/auth.ts]', '- `express 4.19.2`']],
    ['api', ['- `GET /orders/:id` [src/app.ts]', '- `auth` [src/auth.ts]']],
    ['database', ['- `customers`: `id`, `email` [db/schema.sql]', '- `orders` refers to `customers`']],
    ['database', ['- `customers.email` [db/schema.sql]']],
    ['deployment', ['- Orders are deployed to staging first, and rolled back by the tag before. [src/app.ts]']],
    ['deployment', ['- `npm run start`: `node src/app.js`', '- `node >=20`', '- `STRIPE_SECRET_KEY`']],
    ['onboarding', ['- To start it, install Node and run `npm start`. [README.md]', '- The shop lets customers order']],
    ['data-flow', ['- `GET /orders/:id`', '- port `8080` [src/app.ts]', '- `api.stripe.com`', '- `customers.email`']],
    ['security', ['- `STRIPE_SECRET_KEY` [src/orders.ts]', 'jwt.verify(request)']],
    ['handoff', ['- `TODO: paging of the list of orders` [src/app.ts]', '- Known issue: the legacy importer']],
  ])('of the kind %s has what stands in the files, with the file', async (kind, lines) => {
    const text = await written(kind, shop)
    for (const line of lines) expect(text).toContain(line)
  })

  it('says of each kind something else', async () => {
    const texts = await Promise.all(documentKinds.map((kind) => written(kind, shop)))
    expect(new Set(texts).size).toBe(documentKinds.length)
  })

  it('names what it has not found', async () => {
    const text = await written('database', { 'src/app.ts': 'run()' })
    expect(text).toContain('## Not found in these sources\n\n- tables\n- relations')
    expect(text).not.toContain('## Tables')
  })

  it('quotes people where nothing that belongs to the kind stands in any file', async () => {
    const text = await written('database', { 'a.ts': '// Mail is sent by the worker.\nsend()' })
    expect(text).toContain('## What the sources say\n\n- Mail is sent by the worker. [a.ts]')
  })

  it('shows a setting that holds no secret as none', async () => {
    const text = await written('security', { 'src/app.ts': 'process.env.PORT + process.env.API_KEY' })
    expect(text).toContain('- `API_KEY` [src/app.ts]')
    expect(text).not.toContain('PORT')
  })

  it('cuts a long list, and says by how much', async () => {
    const text = await written('api', {
      'app.ts': Array.from({ length: 40 }, (_, index) => `app.get('/r/${index}', f)`).join('\n'),
    })
    expect(text).toContain('`GET /r/24` [app.ts]\n- and 15 more')
    expect(text).not.toContain('/r/25')
  })

  it('names three files of many that show the same', async () => {
    const files = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}.ts`, 'process.env.REGION']))
    expect(await written('deployment', files)).toContain('- `REGION` [a.ts] [b.ts] [c.ts] and 2 more')
  })

  it('lets nothing in a file end the code that it is shown as', async () => {
    const text = await written('handoff', { 'a.ts': '// TODO: `x` ![i](https://evil.example/a.png)' })
    expect(text).toContain("- `TODO: 'x' ![i](https://evil.example/a.png)` [a.ts]")
  })
})

describe('an endpoint is read off', () => {
  it.each([
    ['a.py', "@app.route('/users')", 'ANY /users'],
    ['a.py', '@router.post("/users")', 'POST /users'],
    ['A.java', '@GetMapping("/users")', 'GET /users'],
    ['A.java', '@PostMapping(value = "/users")', 'POST /users'],
    ['a.controller.ts', "@Delete(':id')", 'DELETE /:id'],
    ['A.cs', '[HttpPut("users/{id}")]', 'PUT /users/{id}'],
    ['A.cs', 'app.MapGet("/users", List);', 'GET /users'],
    ['a.go', 'mux.HandleFunc("POST /users", create)', 'POST /users'],
    ['a.go', 'http.HandleFunc("/users", list)', 'ANY /users'],
    ['api.yaml', 'openapi: 3.1.0\npaths:\n  /users/{id}:\n    get:\n      summary: One', 'GET /users/{id}'],
  ])('%s: %s', async (file, text, endpoint) => {
    expect(await written('api', { [file]: text })).toContain(`- \`${endpoint}\` [${file}]`)
  })

  it.each([
    ['a.ts', "map.get('key')"],
    ['README.md', "app.get('/users')"],
    ['a.yaml', '/users:\n  get:'],
  ])('not %s: %s', async (file, text) => {
    expect(await written('api', { [file]: text })).not.toContain('## Endpoints')
  })
})

describe('what a repository runs on and needs is read off', () => {
  it.each([
    ['requirements.txt', 'django==4.2.1', 'architecture', '`django 4.2.1`'],
    ['App.csproj', '<PackageReference Include="Dapper" Version="2.1.0" />', 'architecture', '`Dapper 2.1.0`'],
    ['App.csproj', '<TargetFramework>net6.0</TargetFramework>', 'architecture', '`net6.0`'],
    ['go.mod', 'go 1.21', 'architecture', '`go 1.21`'],
    ['go.mod', 'require github.com/lib/pq v1.10.9', 'architecture', '`github.com/lib/pq v1.10.9`'],
    ['Makefile', 'release: build', 'deployment', '`make release`'],
    ['Dockerfile', 'FROM node:20-alpine', 'deployment', 'image `node:20-alpine`'],
    ['Dockerfile', 'EXPOSE 8443', 'deployment', 'port `8443`'],
    ['Dockerfile', 'CMD ["node", "a.js"]', 'deployment', 'the container starts `["node", "a.js"]`'],
    ['.github/workflows/a.yml', 'name: Release', 'deployment', 'Release'],
    ['infra/main.bicep', "resource site 'Microsoft.Web/sites@2023-12-01' = {", 'deployment', '`Microsoft.Web/sites`'],
    ['main.tf', 'resource "aws_s3_bucket" "logs" {', 'deployment', '`aws_s3_bucket logs`'],
    ['a.py', 'os.environ["REGION"]', 'deployment', '`REGION`'],
    ['A.cs', 'Environment.GetEnvironmentVariable("REGION")', 'deployment', '`REGION`'],
    ['.env.example', 'REGION=west', 'deployment', '`REGION`'],
    ['schema.prisma', 'model User {\n  id Int @id\n  email String\n}', 'database', '`User`: `id`, `email`'],
  ])('%s: %s', async (file, text, kind, said) => {
    expect(await written(kind, { [file]: text })).toContain(`- ${said} [${file}]`)
  })

  it('never what a setting is set to', async () => {
    expect(await written('deployment', { '.env': 'REGION=westeurope-of-northwind' })).not.toContain('westeurope')
  })

  it('from a manifest that was cut off nothing, and the rest all the same', async () => {
    const text = await written('deployment', { 'package.json': '{"scripts":{"a"', Dockerfile: 'EXPOSE 8443' })
    expect(text).toContain('port `8443`')
  })
})

it('which file uses which is found over the spellings of a path', async () => {
  const text = await written('architecture', {
    'src/app.ts': "import './a.js'\nconst b = require('./lib')\nimport('../src/c')",
    'src/a.ts': 'a()',
    'src/lib/index.ts': 'b()',
    'src/c.tsx': 'c()',
    'jobs/run.py': 'from jobs.mail import send',
    'jobs/mail.py': 'def send(): pass',
  })
  expect(text).toContain('- `src/app.ts` uses `src/a.ts`, `src/lib/index.ts`, `src/c.tsx` [src/app.ts]')
  expect(text).toContain('- `jobs/run.py` uses `jobs/mail.py` [jobs/run.py]')
})

it.each(['app.get(', "from './", 'CREATE TABLE a (\n', ' jwt', 'TODO ', 'https://a.', '@Get(', '# Aa '])(
  'a file of nothing but "%s" takes time by its length alone',
  async (bit) => {
    const { fallback } = featureNamed('code-documentation')
    const rules = await fallback?.()
    const write = (text: string): unknown =>
      (['a.ts', 'b.sql'] as const).map((id) =>
        rules?.({ kind: 'handoff', repository: { name: 'a' }, sources: [{ id, text }] } as never),
      )
    const { ms, msMax } = growthOf(write, bit)
    expect(ms).toBeLessThan(msMax)
  },
)
