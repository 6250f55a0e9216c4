// Verifies deliveries with the reference library of Standard Webhooks: {"secret", "deliveries": [{"headers", "body"}]} on
// standard input, the ids of the verified events on standard output.
import { readFileSync } from 'node:fs'
import { Webhook } from 'standardwebhooks'

const { secret, deliveries } = JSON.parse(readFileSync(0, 'utf8'))
const webhook = new Webhook(secret)
console.log(JSON.stringify(deliveries.map(({ headers, body }) => webhook.verify(body, headers).id)))
