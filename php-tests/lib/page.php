<?php
// examples/status.php on PHP's built-in server, for the tests of it.

require_once __DIR__ . '/service.php';

const STATUS_PAGE = __DIR__ . '/../../examples/status.php';

final class StatusPage extends Service
{
    public function __construct(array $ini, private readonly array $env = [], private readonly bool $loaded = true)
    {
        parent::__construct($ini);
    }

    protected function start(): void
    {
        $options = $this->loaded ? $this->options() : ['-n'];
        $this->execute([PHP_BINARY, ...$options, '-S', "127.0.0.1:$this->port", STATUS_PAGE], false, $this->env);
    }

    /** Whatever it answers: it may refuse. */
    public function ask(string $query = ''): string
    {
        return $this->get($query)[2];
    }

    /** Status, headers in lower case, and body. */
    public function get(string $query = '', array $headers = []): array
    {
        $http = ['ignore_errors' => true, 'timeout' => 60, 'header' => $headers];
        $body = @file_get_contents("http://127.0.0.1:$this->port/$query", false, stream_context_create(['http' => $http]));
        $body === false && throw new Exception(error_get_last()['message']);
        $status = (int) explode(' ', $http_response_header[0])[1];
        return [$status, strtolower(implode("\n", $http_response_header)), $body];
    }
}

/** What the page prints on a terminal, stderr last, and its exit code. */
function on_terminal(array $ini, string ...$arguments): array
{
    $ini += ['extension' => getenv('TICKET_TEST_MODULE')];
    $options = array_map(fn($name, $value) => "-d$name=$value", array_keys($ini), $ini);
    $command = implode(' ', array_map('escapeshellarg', [PHP_BINARY, '-n', ...$options, STATUS_PAGE, ...$arguments]));
    exec("$command 2>&1", $lines, $code);
    return [implode("\n", $lines), $code];
}
