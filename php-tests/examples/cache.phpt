--TEST--
Configuration that changes without a deploy, in Laravel and Symfony, with stand-ins for what they take from there; and a page that finds a service
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
$znodes->mkdir('/config/services/mail');
$znodes->create('/config/services/mail/key', 'one');
$examples = var_export(__DIR__ . '/../../examples', true);
$cached = client($server, ['ticket.cache' => '/config, /services']);
$php = start(<<<PHP
namespace Illuminate\Support {
    class ServiceProvider { public function __construct(protected \$app) {} }
}
namespace Symfony\Component\DependencyInjection {
    interface EnvVarProcessorInterface
    {
        public function getEnv(string \$prefix, string \$name, \Closure \$getEnv);
        public static function getProvidedTypes();
    }
}
namespace Symfony\Component\DependencyInjection\Exception {
    class EnvNotFoundException extends \InvalidArgumentException {}
}
namespace {
    require $examples . '/laravel/app/Providers/ZookeeperConfigServiceProvider.php';
    require $examples . '/symfony/src/DependencyInjection/ZookeeperEnvVarProcessor.php';
    class Config extends ArrayObject { public function set(\$key, \$value) { \$this[\$key] = \$value; } }
    \$config = new Config(['services.mail.key' => 'file', 'services.mail.other' => 'file']);
    \$provider = new App\Providers\ZookeeperConfigServiceProvider(['config' => \$config]);
    \$provider->register();
    \$variable = fn(string \$path) => (new App\DependencyInjection\ZookeeperEnvVarProcessor())->getEnv('zookeeper', 'MAIL_KEY', fn() => \$path);
    echo json_encode([\$config, \$variable('services/mail/key'), App\DependencyInjection\ZookeeperEnvVarProcessor::getProvidedTypes()]), "\\n";
    fgets(STDIN);
    for (\$end = hrtime(true) + 30e9; \$config['services.mail.key'] !== 'two' && hrtime(true) < \$end; usleep(1000)) \$provider->refresh();
    echo json_encode([\$config, \$variable('services/mail/key')]), "\\n";
    try { \$variable('services/none'); } catch (InvalidArgumentException \$e) { echo \$e->getMessage(), "\\n"; }
}
PHP, $cached);
echo $php->line(), "\n";
$znodes->set('/config/services/mail/key', 'two');
$php->say('');
echo $php->finish(), "\n";

$backend = function (int $port) use ($server) {
    $command = command('', client($server));
    array_splice($command, -2, 2, [__DIR__ . '/../../examples/discovery/backend.php', "127.0.0.1:$port"]);
    $child = new Child($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', '/dev/null', 'w']]);
    return $child;
};
[$first, $second] = [free_port(), free_port()];
$one = $backend($first);
$page = new class($cached) extends Service {
    protected function start(): void
    {
        $page = __DIR__ . '/../../examples/discovery/page.php';
        $this->execute([PHP_BINARY, ...$this->options(), '-S', "127.0.0.1:$this->port", $page], false);
    }
    public function ask(string $query = ''): string
    {
        return (string) @file_get_contents("http://127.0.0.1:$this->port/", false, stream_context_create(['http' => ['ignore_errors' => true]]));
    }
};
$seen = function (string $answer) use ($page) {
    eventually(fn() => $page->ask() === $answer, what: $answer);
    echo strtr($answer, $GLOBALS['names']);
};
$names = [":$first" => ':FIRST', ":$second" => ':SECOND'];
$seen("hello from 127.0.0.1:$first\n");
$two = $backend($second);
$seen("hello from 127.0.0.1:$second\n");
$one->kill();
// Nobody is asked any more who has ended.
eventually(fn() => count(array_unique(array_map(fn() => $page->ask(), range(1, 20)))) === 1, what: 'one instance');
$seen("hello from 127.0.0.1:$second\n");
$server->kill();
$seen("hello from 127.0.0.1:$second\n");
$two->kill();
$seen("1 instances of hello, and none answers\n");
?>
--EXPECT--
[{"services.mail.key":"one","services.mail.other":"file"},"one",{"zookeeper":"string"}]
[{"services.mail.key":"two","services.mail.other":"file"},"two"]
There is no znode /config/services/none, which the variable "MAIL_KEY" names.
hello from 127.0.0.1:FIRST
hello from 127.0.0.1:SECOND
hello from 127.0.0.1:SECOND
hello from 127.0.0.1:SECOND
1 instances of hello, and none answers
