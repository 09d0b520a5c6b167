<?php

namespace App\Providers;

use Dig\Zookeeper\Cache;
use Illuminate\Support\ServiceProvider;

/**
 * Configuration that changes without a deploy: the value of the znode /config/services/mail/key is what
 * config('services.mail.key') returns, in place of what config/services.php has. For Laravel 10 and later.
 *
 * With this in php.ini the znodes are in memory from the start, and no request asks ZooKeeper:
 *
 *     extension=ticket.so
 *     ticket.dsn=zk1:2181,zk2:2181,zk3:2181
 *     ticket.cache=/config
 *
 * Under php-fpm each request begins with what there is then. Octane keeps the application: there, listen to RequestReceived,
 * and call refresh().
 */
class ZookeeperConfigServiceProvider extends ServiceProvider
{
    private const ROOT = '/config';

    private ?Cache $cache = null;
    private int $version = -1;

    public function register(): void
    {
        $this->refresh();
    }

    /** Takes over what has changed, if anything has: all of it at once. */
    public function refresh(): void
    {
        $this->cache ??= new Cache(self::ROOT);
        $version = $this->cache->version();
        if ($version === $this->version) {
            return;
        }
        $this->version = $version;
        foreach ($this->cache->all() as $path => $value) {
            // A znode without a value is there for those below it.
            if ($value !== '') {
                $key = strtr(substr($path, strlen(self::ROOT) + 1), '/', '.');
                $this->app['config']->set($key, $value);
            }
        }
    }
}
