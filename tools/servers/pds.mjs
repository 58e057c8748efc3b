// A real personal data server of Bluesky for the end-to-end tests, on loopback only; prints its address as JSON.
import net from 'node:net'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  const call = rest.filter((each) => typeof each === 'function')
  return typeof port === 'number' ? listen.call(this, port, '127.0.0.1', ...call) : listen.call(this, port, ...rest)
}
const require = createRequire(pathToFileURL(process.cwd() + '/package.json'))
const { TestNetworkNoAppView } = await import(pathToFileURL(require.resolve('@atproto/dev-env')))
const network = await TestNetworkNoAppView.create({ plc: {}, pds: {} })
console.log(JSON.stringify({ url: network.pds.url }))
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
