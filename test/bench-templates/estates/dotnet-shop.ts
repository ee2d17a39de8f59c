import { type Estate, statementsOf } from "./estate.ts";

export const dotnetShop: Estate = {
  name: "dotnet-shop",
  slots: {
    verb: "GET|POST|PUT|DELETE",
    route: "/api/orders/1842|/api/orders|/health|/api/cart/u-17/items?page=2|/api/products/search?q=red%20shoe",
    endpoint:
      "Shop.Api.Controllers.OrdersController.Get (Shop.Api)|HTTP: GET /health|" +
      "Shop.Api.Controllers.Cart.Add (Shop.Api)",
    ctype: "application/json|application/json; charset=utf-8|-|text/plain",
    customer: "anna|bob|carol|dave.w|erin|frank|u-1092|grace",
    sku: "SHOE-RED-42|MUG-001|TSHIRT-XL|LAMP|GIFT-CARD|SOCKS-3",
    status: "Created|Paid|Shipped|Cancelled|Refunded",
    entity: "Order|OrderLine|Customer|Payment|StockItem|Coupon",
    context: "ShopContext|BillingContext|IdentityContext",
    exchange: "order-events|mail|stock-updates|audit",
    policy: "Bearer|Cookies|ApiKey",
    provider: "stripe|adyen|paypal|klarna",
    currency: "EUR|USD|GBP|CHF",
    why: "card_declined|insufficient_funds|expired_card|processing_error",
    ex:
      "System.TimeoutException|Npgsql.NpgsqlException|System.Net.Http.HttpRequestException|" +
      "System.InvalidOperationException",
    job: "NightlyInvoiceJob|StockSyncJob|CleanupCartsJob|MailDigestJob|PriceImportJob",
    cache: "products:all|cart:u-17|price:SHOE-RED-42|session:9f1c|stock:MUG-001",
    breaker: "Closed|Open|HalfOpen",
    ids: "[17]|[17, 18]|[3, 4, 5, 6, 7]|[]",
    env: "Production|Staging|Development",
    bool: "True|False",
    name: "Müller|O'Neil|van der Berg|Li|Nguyen Thi",
  },
  statements: statementsOf(`
Request starting HTTP/1.1 {verb} http://{host}:{int}{route} - {ctype} -
Request finished HTTP/1.1 {verb} http://{host}:{int}{route} - {int} - {ctype} {float}ms
Executing endpoint '{endpoint}'
Executed endpoint '{endpoint}'
Executed action {endpoint} in {float}ms
Executed DbCommand ({int}ms) [Parameters=[@p0='?' (DbType = Int32)], CommandType='Text', CommandTimeout='{int}']
Failed executing DbCommand ({int}ms) [Parameters=[@p0='?' (DbType = Int32)], CommandType='Text', \
CommandTimeout='{int}']
An exception occurred while iterating over the results of a query for context type '{context}'.
Entity Framework Core {version} initialized '{context}' using provider 'Npgsql.EntityFrameworkCore.PostgreSQL'
Saved {int} entities of type {entity} to in-memory store
Start processing HTTP request {verb} {url}
End processing HTTP request after {float}ms - {int}
Received HTTP response headers after {float}ms - {int}
{policy} was not authenticated. Failure message: Unauthorized
{policy} was challenged.
{policy} was forbidden.
Authorization was successful.
Authorization failed. These requirements were not met: DenyAnonymousAuthorizationRequirement: Requires an \
authenticated user.
Order {int} for customer {customer} moved from {status} to {status}
Order {int} created with {int} lines, total {money} {currency}
Order {int}: payment of {money} {currency} by {provider} accepted, reference {b64}
Order {int}: payment by {provider} declined: {why}
Order {int} could not be shipped: no stock for {sku} (wanted {int}, have {int})
Reserved {int} of {sku} in warehouse {word}
Released {int} of {sku} in warehouse {word}
Price of {sku} changed from {money} to {money}
Customer {customer} signed in from {ip}
Customer {customer} signed out
Customer {customer} changed last name to {name}
Customer {customer} not found
Coupon {word} applied to cart of {customer}: -{int}%
Cart of {customer} has {int} items worth {money}
Cache hit for key {cache}
Cache miss for key {cache}
Evicted {int} entries from cache, {int} left
Publishing event {uuid} of type {entity}Changed to exchange {exchange}
Handling event {uuid} from exchange {exchange} took {int} ms
Retry {int} of {int} after {ms} because of {ex}: {words}
Circuit breaker for {provider} changed from {breaker} to {breaker}
Unhandled exception in {endpoint}: {ex}: {words}
Job {job} started
Job {job} finished in {dur}, {int} items processed
Job {job} failed after {dur}: {ex}
Skipping job {job}: previous run still in progress
Deleting carts {ids}
Mail to {email} queued as {uuid}
Mail to {email} could not be delivered: {int} {words}
Now listening on: http://[::]:{int}
Application started. Press Ctrl+C to shut down.
Hosting environment: {env}
Content root path: {path}
As of "{ts}", the heartbeat has been running for "{dur}" which is longer than "{dur}". This could be caused by \
thread pool starvation.
Feature flag {word}-{word} is {bool} for {customer}
`),
};
