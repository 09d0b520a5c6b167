<?php
// A real browser for the tests: Debian's Chromium, without a window and without the network.

require_once __DIR__ . '/zookeeper.php';

/** The command line of a Chromium that keeps all it writes in $directory. */
function chromium(string $directory, string ...$more): array
{
    return [
        // Its own sandbox wants what root in a container does not have; it sees only what the tests make.
        'chromium', '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-dev-shm-usage', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-extensions', '--disable-breakpad',
        "--user-data-dir=$directory", ...$more,
    ];
}

/** What a page, a file with all that it needs, has made of itself when it is loaded. */
function document_of(string $html): string
{
    $directory = exec('mktemp -d /var/tmp/ticket-test-browser.XXXXXX');
    register_shutdown_function(fn() => exec('rm -rf ' . escapeshellarg($directory)));
    file_put_contents("$directory/page.html", $html);
    $command = chromium("$directory/profile", '--dump-dom', "file://$directory/page.html");
    exec('timeout 120 ' . implode(' ', array_map('escapeshellarg', $command)) . " 2>$directory/log </dev/null", $lines, $status);
    $status === 0 || throw new Exception("chromium ended with $status: " . file_get_contents("$directory/log"));
    return implode("\n", $lines);
}

/** A Chromium that a test drives, as WebDriver has it (https://www.w3.org/TR/webdriver2/). Ends with the test. */
final class Browser
{
    private Child $driver;
    private string $directory;
    private int $port;
    private string $session = '/session';

    public function __construct(string ...$more)
    {
        $this->directory = exec('mktemp -d /var/tmp/ticket-test-browser.XXXXXX');
        $this->port = free_port();
        $log = ['file', "$this->directory/log", 'a'];
        $this->driver = new Child(['chromedriver', "--port=$this->port"], [['file', '/dev/null', 'r'], $log, $log]);
        eventually(fn() => @fsockopen('127.0.0.1', $this->port), what: 'chromedriver listens');
        $options = array_slice(chromium("$this->directory/profile", ...$more), 1);
        $wanted = ['browserName' => 'chrome', 'goog:chromeOptions' => ['args' => $options]];
        $id = $this->ask('POST', '', ['capabilities' => ['alwaysMatch' => $wanted]])['sessionId'];
        $this->session .= "/$id";
    }

    public function __destruct()
    {
        if ($this->driver->ours()) {
            // The browser ends with its session.
            $this->ask('DELETE', '');
            $this->driver->kill();
            exec('rm -rf ' . escapeshellarg($this->directory));
        }
    }

    public function open(string $url): void
    {
        $this->ask('POST', '/url', ['url' => $url]);
    }

    public function type(string $selector, string $text): void
    {
        $this->ask('POST', "/element/{$this->element($selector)}/value", ['text' => $text]);
    }

    public function click(string $selector): void
    {
        $this->ask('POST', "/element/{$this->element($selector)}/click", (object) []);
    }

    /** As people see it. */
    public function text(string $selector): string
    {
        return $this->ask('GET', "/element/{$this->element($selector)}/text");
    }

    /** What $script, the body of a function, returns. */
    public function run(string $script): mixed
    {
        return $this->ask('POST', '/execute/sync', ['script' => $script, 'args' => []]);
    }

    /** A picture of the window, as PNG. */
    public function picture(): string
    {
        return base64_decode($this->ask('GET', '/screenshot'));
    }

    private function element(string $selector): string
    {
        $found = $this->ask('POST', '/element', ['using' => 'css selector', 'value' => $selector]);
        return reset($found);
    }

    private function ask(string $method, string $path, array|object|null $body = null): mixed
    {
        // By hand, since it lets the connection be, and PHP would wait for its end.
        $socket = stream_socket_client("tcp://127.0.0.1:$this->port", timeout: 30);
        stream_set_timeout($socket, 120);
        $body = $body === null ? '' : json_encode($body);
        fwrite($socket, "$method $this->session$path HTTP/1.1\r\nHost: 127.0.0.1:$this->port\r\nContent-Length: " . strlen($body) . "\r\n\r\n$body");
        for ($length = 0; !in_array($line = fgets($socket), ["\r\n", false], true);) {
            $length = sscanf(strtolower($line), 'content-length: %d')[0] ?? $length;
        }
        $said = (string) stream_get_contents($socket, $length);
        $answer = json_decode($said, true) ?? throw new Exception("$method $path: chromedriver says \"$said\"");
        if (isset($answer['value']['error'])) {
            throw new Exception("$method $path: {$answer['value']['error']}: {$answer['value']['message']}");
        }
        return $answer['value'];
    }
}
