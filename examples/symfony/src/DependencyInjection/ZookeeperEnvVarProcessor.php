<?php

namespace App\DependencyInjection;

use Closure;
use Dig\Zookeeper\Cache;
use Symfony\Component\DependencyInjection\EnvVarProcessorInterface;
use Symfony\Component\DependencyInjection\Exception\EnvNotFoundException;

/**
 * Configuration that changes without a deploy, and without a new container: '%env(zookeeper:MAIL_KEY)%' is the value of the
 * znode that the variable MAIL_KEY names, such as MAIL_KEY=mail/key for /config/mail/key. For Symfony 5.4 and later, which
 * finds this class by itself where services are autoconfigured.
 *
 * With this in php.ini the znodes are in memory from the start, and no request asks ZooKeeper:
 *
 *     extension=ticket.so
 *     ticket.dsn=zk1:2181,zk2:2181,zk3:2181
 *     ticket.cache=/config
 *
 * A service gets the value with which it was made. What lives longer than a request is to have a Cache of its own.
 */
final class ZookeeperEnvVarProcessor implements EnvVarProcessorInterface
{
    private const ROOT = '/config';

    private ?Cache $cache = null;

    public function getEnv(string $prefix, string $name, Closure $getEnv): string
    {
        $path = (string) $getEnv($name);
        $this->cache ??= new Cache(self::ROOT);

        return $this->cache->get($path)
            ?? throw new EnvNotFoundException(sprintf('There is no znode %s/%s, which the variable "%s" names.', self::ROOT, $path, $name));
    }

    public static function getProvidedTypes(): array
    {
        return ['zookeeper' => 'string'];
    }
}
