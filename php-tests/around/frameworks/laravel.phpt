--TEST--
Laravel: keys of models, foreign keys, routes, validation, migrations and the command, on SQLite, MariaDB and PostgreSQL
--EXTENSIONS--
mysqlnd
pdo
pdo_mysql
pdo_pgsql
pdo_sqlite
ctype
mbstring
tokenizer
--SKIPIF--
<?php
require __DIR__ . '/../../lib/frameworks.php';
skip_without_libraries('Illuminate/Database', 'Illuminate/Routing', 'Illuminate/Validation', 'Illuminate/Console');
?>
--FILE--
<?php
require __DIR__ . '/../../lib/frameworks.php';
application('laravel/app', 'Illuminate/Database', 'Illuminate/Events', 'Illuminate/Routing', 'Illuminate/Validation', 'Illuminate/Translation', 'Illuminate/Console');

use App\Models\Order;
use Dig\Ticket\Bridge\TicketId;
use Dig\Ticket\Number;
use Illuminate\Database\Capsule\Manager;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Facade;

/** What a provider asks of Laravel's Application, which Debian does not have. */
class Application extends Illuminate\Container\Container
{
    public function runningInConsole()
    {
        return true;
    }
}
$app = new Application();
Illuminate\Container\Container::setInstance($app);
$events = new Illuminate\Events\Dispatcher($app);
$app->instance('events', $events);
$app->alias('events', Illuminate\Contracts\Events\Dispatcher::class);
$app->singleton('validator', fn() => new Illuminate\Validation\Factory(
    new Illuminate\Translation\Translator(new Illuminate\Translation\ArrayLoader(), 'en'),
    $app,
));
// As Laravel finds it.
foreach (package()['extra']['laravel']['providers'] as $provider) {
    (new $provider($app))->boot();
}

$manager = new Manager($app);
foreach (databases() as $driver => [$dsn, $user, $password]) {
    parse_str(strtr(substr($dsn, strpos($dsn, ':') + 1), ';', '&'), $parts);
    $manager->addConnection(['driver' => $driver, 'database' => $parts['dbname'] ?? ':memory:', 'username' => $user,
        'password' => $password, 'unix_socket' => $parts['unix_socket'] ?? '', 'host' => $parts['host'] ?? '', 'charset' => $parts['charset'] ?? 'utf8',
        'collation' => 'utf8mb4_unicode_ci', 'foreign_key_constraints' => true], $driver);
}
$manager->setEventDispatcher($events);
$manager->bootEloquent();
$queries = [];
// Of all connections.
$events->listen(Illuminate\Database\Events\QueryExecuted::class, function ($query) use (&$queries) { $queries[] = $query->sql; });
$app->instance('db', $manager->getDatabaseManager());
Facade::setFacadeApplication($app);
$router = new Illuminate\Routing\Router($events, $app);
$app->alias('router', Illuminate\Contracts\Routing\Registrar::class);
$app->instance(Illuminate\Contracts\Routing\Registrar::class, $router);
$bindings = Illuminate\Routing\Middleware\SubstituteBindings::class;
$router->get('/orders/{order}', fn(Order $order) => $order)->middleware($bindings);
$router->get('/by/{order:title}', fn(Order $order) => $order)->middleware($bindings);
$router->get('/orders/{order}/parts/{part:id}', fn(Order $order, Order $part) => $part)->middleware($bindings);
$get = fn(string $path) => $router->dispatch(Request::create($path))->getContent();
$migration = require __DIR__ . '/../../../examples/laravel/database/migrations/2026_01_01_000000_create_orders_table.php';

foreach (['sqlite', 'mysql', 'pgsql'] as $driver) {
    echo "== $driver\n";
    $app['db']->setDefaultConnection($driver);
    $migration->up();

    $order = Order::create(['title' => 'one']);
    $before = (new Number())->generate();
    var_dump(is_string($order->id), $order->id > 2 ** 53, $order->id < $before, $order->getKeyType(), $order->getIncrementing());
    $part = Order::withoutEvents(fn() => Order::create(['title' => 'part', 'parent_id' => $order->id]));
    // As it comes from the database, by each way to write an ID.
    foreach ([$order->id, (int) $order->id] as $id) {
        var_dump(Order::findOrFail($id)->id === $order->id);
    }
    echo thrown(fn() => Order::findOrFail((string) (new Number())->generate())) === 'nothing was thrown' ? 'found' : 'not found', "\n";
    $read = Order::find($part->id);
    echo str_replace([$part->id, $order->id], ['PART', 'ORDER'], json_encode($read->only('id', 'parent_id', 'title'))), "\n";
    echo preg_match('/"id":"\d+","parent_id":"\d+"/', $read->makeHidden('created_at')->toJson()) ? '' : $read->toJson(), "strings in JSON\n";
    var_dump(unserialize(serialize($read))->id === $part->id, $read->is($part), $read->isDirty());
    // The same key as an integer is no change.
    $read->parent_id = (int) $order->id;
    var_dump($read->isDirty(), $read->getQueueableId() === $part->id);
    $read->title = 'a part';
    $read->save();
    echo Order::where('title', 'a part')->count(), " saved\n";

    // Neighbours, which as floats are one.
    $base = Number::first(new DateTime('2027-01-01'));
    $base < 2 ** 53 && print("too small to see\n");
    foreach ([50, 51, 52, 53] as $i) {
        Order::query()->insert(['id' => $base + $i, 'title' => "n$i", 'parent_id' => $i > 51 ? $base + 50 : null]);
    }
    $some = [(string) ($base + 50), (string) ($base + 51)];
    echo implode(' ', Order::whereIn('id', $some)->orderBy('id')->pluck('title')->all()), "\n";
    echo Order::find($some)->count(), ' ', Order::where('id', $some[1])->value('title'), "\n";
    $queries = [];
    $all = Order::with('parts', 'parent')->whereIn('id', [$base + 50, $base + 51, $base + 52])->orderBy('id')->get();
    echo implode(' ', $all->map(fn($order) => "$order->title:" . $order->parts->sortBy('id')->pluck('title')->implode(',') . ':' . $order->parent?->title)->all()), ' in ', count($queries), " queries\n";
    var_dump($all->find($some[1])->title, $all->modelKeys()[0] === $some[0]);

    // With a key and without.
    Order::upsert([['id' => $some[0], 'title' => 'N50'], ['id' => (string) ($base + 54), 'title' => 'n54']], ['id'], ['title']);
    echo implode(' ', Order::where('id', '>=', $base)->orderBy('id')->pluck('title')->all()), "\n";
    echo preg_match('/foreign key/i', thrown(fn() => Order::create(['title' => 'orphan', 'parent_id' => '5']))) ? "no orphan\n" : "an orphan\n";
    echo str_replace("$before", 'ID', thrown(fn() => Order::create(['title' => 'bad', 'parent_id' => "$before "]))), "\n";

    // What is no ID does not get as far as the database.
    var_dump(json_decode($get("/orders/$order->id"))->id === $order->id, json_decode($get('/by/one'))->id === $order->id);
    var_dump(json_decode($get("/orders/$order->id/parts/$part->id"))->title);
    $queries = [];
    foreach (['abc', '1e3', '007', '9223372036854775808', '1.0', '%20 5'] as $bad) {
        echo strtok(thrown(fn() => $get("/orders/$bad")), ':'), ' ';
    }
    echo count($queries), " queries\n";
    echo strtok(thrown(fn() => $get("/orders/$order->id/parts/abc")), ':'), ' ', count($queries), " queries\n";
    echo strtok(thrown(fn() => $get('/orders/9223372036854775807')), ':'), "\n";
    // What it would be without that.
    if ($driver === 'pgsql') {
        echo strtok(thrown(fn() => Order::where('id', 'abc')->first()), ':'), "\n";
    }
    $migration->down();
}

echo "== without a database\n";
$rules = ['order_id' => 'ticket_id'];
foreach (['5', 5, "$before", '-1', 'abc', '05', 5.0, ['5'], true, '9223372036854775808'] as $value) {
    echo $app['validator']->make(['order_id' => $value], $rules)->fails() ? '-' : '+';
}
echo ' ', $app['validator']->make(['order_id' => 'abc'], $rules)->errors()->first(), "\n";

$artisan = new Illuminate\Console\Application($app, $events, '8');
foreach (['4194304', TicketId::fromInt(4194304)->toText(), 'none'] as $id) {
    echo $artisan->call('ticket:decode', ['id' => $id]), ' ', $artisan->output();
}
?>
--EXPECT--
== sqlite
bool(true)
bool(true)
bool(true)
string(6) "string"
bool(false)
bool(true)
bool(true)
not found
{"id":"PART","parent_id":"ORDER","title":"part"}
strings in JSON
bool(true)
bool(true)
bool(false)
bool(false)
bool(true)
1 saved
n50 n51
2 n51
n50:n52,n53: n51:: n52::n50 in 3 queries
string(3) "n51"
bool(true)
N50 n51 n52 n53 n54
no orphan
InvalidArgumentException: "ID " is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
bool(true)
bool(true)
string(6) "a part"
Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException 0 queries
Illuminate\Database\Eloquent\ModelNotFoundException 1 queries
Illuminate\Database\Eloquent\ModelNotFoundException
== mysql
bool(true)
bool(true)
bool(true)
string(6) "string"
bool(false)
bool(true)
bool(true)
not found
{"id":"PART","parent_id":"ORDER","title":"part"}
strings in JSON
bool(true)
bool(true)
bool(false)
bool(false)
bool(true)
1 saved
n50 n51
2 n51
n50:n52,n53: n51:: n52::n50 in 3 queries
string(3) "n51"
bool(true)
N50 n51 n52 n53 n54
no orphan
InvalidArgumentException: "ID " is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
bool(true)
bool(true)
string(6) "a part"
Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException 0 queries
Illuminate\Database\Eloquent\ModelNotFoundException 1 queries
Illuminate\Database\Eloquent\ModelNotFoundException
== pgsql
bool(true)
bool(true)
bool(true)
string(6) "string"
bool(false)
bool(true)
bool(true)
not found
{"id":"PART","parent_id":"ORDER","title":"part"}
strings in JSON
bool(true)
bool(true)
bool(false)
bool(false)
bool(true)
1 saved
n50 n51
2 n51
n50:n52,n53: n51:: n52::n50 in 3 queries
string(3) "n51"
bool(true)
N50 n51 n52 n53 n54
no orphan
InvalidArgumentException: "ID " is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
bool(true)
bool(true)
string(6) "a part"
Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException Illuminate\Database\Eloquent\ModelNotFoundException 0 queries
Illuminate\Database\Eloquent\ModelNotFoundException 1 queries
Illuminate\Database\Eloquent\ModelNotFoundException
Illuminate\Database\QueryException
== without a database
++++------ The order id must be a valid ID.
0 4194304 0000000040000 2010-01-01T08:00:00.001Z node 0 sequence 0
0 4194304 0000000040000 2010-01-01T08:00:00.001Z node 0 sequence 0
1 none is neither an ID nor the text of one
