// What is refused before anything is made, in words that name it.

import { describedApp, settingKind, texts } from 'types.bicep'

@export()
@description('Small letters, digits and hyphens: a letter first, no hyphen last, never two of them together.')
func checkedName(name string) string =>
  empty(filter(
      map(range(0, length(name)), index => substring(name, index, 1)),
      character => !contains('abcdefghijklmnopqrstuvwxyz0123456789-', character)
    )) && !contains('0123456789-', first(name)) && !endsWith(name, '-') && !contains(name, '--')
    ? name
    : fail('environmentName "${name}" must be small letters, digits and hyphens, a letter first, no hyphen last and no two together.')

@export()
@description('The settings that whoever deploys gives, with the addresses of the products that nobody named.')
func checkedSettings(settings texts, addresses texts, kinds { *: settingKind }) texts =>
  !empty(filter(
      items(kinds),
      kind =>
        kind.value.kind == 'given' && !kind.value.optional && empty(settings[?kind.key] ?? addresses[?kind.key] ?? '')
    ))
    ? fail('The parameter "settings" has no value for ${join(map(filter(items(kinds), kind => kind.value.kind == 'given' && !kind.value.optional && empty(settings[?kind.key] ?? addresses[?kind.key] ?? '')), kind => kind.key), ', ')}. Give it one.')
    : !empty(filter(items(settings), setting => kinds[?setting.key].?kind != 'given'))
        ? fail('The parameter "settings" has ${join(map(filter(items(settings), setting => kinds[?setting.key].?kind != 'given'), setting => setting.key), ', ')}, which whoever deploys cannot set. Take it out.')
        : withoutPasswords(union(addresses, settings))

@description('What is in a parameter is kept in the history of deployments, and shown to whoever may read it.')
func withoutPasswords(settings texts) texts =>
  empty(filter(items(settings), setting => hidesMore(setting.value)))
    ? settings
    : fail('The parameters "settings" and "domain" give ${join(map(filter(items(settings), setting => hidesMore(setting.value)), setting => setting.key), ', ')} a user, a password, a query or a fragment. Give the address alone: secrets belong into the key vault.')

func hidesMore(address string) bool =>
  contains(address, '://') && (contains(address, '@') || contains(address, '?') || contains(address, '#'))

@export()
@description('Secret settings that may be left out, and are not.')
func checkedSecrets(names string[], kinds { *: settingKind }) string[] =>
  empty(filter(names, name => kinds[?name].?kind != 'secret' || !kinds[name].optional))
    ? names
    : fail('The parameter "optionalSecrets" has ${join(filter(names, name => kinds[?name].?kind != 'secret' || !kinds[name].optional), ', ')}, which is no secret that may be left out.')

@export()
@description('The apps of infra/suite.json, each of them once.')
func checkedApps(apps describedApp[]) describedApp[] =>
  empty(filter(apps, app => length(filter(apps, other => other.name == app.name)) > 1))
    ? apps
    : fail('infra/suite.json has the app "${filter(apps, app => length(filter(apps, other => other.name == app.name)) > 1)[0].name}" more than once.')

@export()
@description('The first day of a month, which is all that Azure takes for a budget.')
func checkedMonth(day string) string =>
  length(day) == 10 && startsWith(day, '20') && endsWith(day, '-01') && contains(
      ['-01-', '-02-', '-03-', '-04-', '-05-', '-06-', '-07-', '-08-', '-09-', '-10-', '-11-', '-12-'],
      substring('${day}??????????', 4, 4)
    )
    ? day
    : fail('budgetFrom "${day}" must be the first day of a month, such as 2027-01-01.')

func isBroad(range string) bool =>
  contains(range, ':') || startsWith(range, '10.') || startsWith(range, '192.168.') || startsWith(range, '127.') || startsWith(
    range,
    '0.'
  ) || (contains(range, '/') && !contains(['24', '25', '26', '27', '28', '29', '30'], last(split(range, '/'))))

@export()
@description('Addresses from which people come in. Azure takes single IPv4 addresses, and ranges of at least four.')
func checkedAccess(ranges string[], private bool) string[] =>
  !empty(ranges) && !private
    ? fail('The parameter "accessFrom" opens a private network, and there is none: without privateNetworking everybody with a role comes in from anywhere.')
    : !empty(filter(ranges, range => isBroad(range)))
        ? fail('The parameter "accessFrom" has ${join(filter(ranges, range => isBroad(range)), ', ')}. Give public IPv4 addresses, alone or in ranges from /24 to /30.')
        : ranges

func isExample(text string) bool =>
  endsWith(text, '.example') || contains(text, '.example/') || contains(text, '.example.') || !empty(filter(
    range(0, 10),
    digit => contains(text, replace('00000000-0000-0000-0000-000000000000', '0', string(digit)))
  ))

@export()
@description('Values that the committed parameter files have for their readers: nobody owns such a domain, or has such an id.')
func exampleNames(values texts) string[] =>
  map(filter(items(values), value => isExample(toLower(value.value))), value => value.key)

@export()
@description('Texts of a list, by their places in it.')
func numbered(name string, list string[]) texts =>
  toObject(range(0, length(list)), index => '${name}[${index}]', index => list[index])

@export()
func namedAs(name string, values texts) texts =>
  toObject(items(values), value => '${name}.${value.key}', value => value.value)

@export()
@description('Whatever is still an example. `bicep snapshot` evaluates for a subscription that nobody has, and there it may stay.')
func checkedDeployment(environmentName string, subscriptionId string, examples string[]) string =>
  empty(examples) || subscriptionId == '00000000-0000-0000-0000-000000000000'
    ? environmentName
    : fail('These parameters are still examples: ${join(examples, ', ')}. Write your own values into the parameter file before anything is deployed (docs/deployment.md, "The first deployment").')
