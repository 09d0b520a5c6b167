/* PHP embedded in a program that starts and ends it again and again: embed DIRECTORY_OF_PHP_INI CODE.
   Each time it waits for a line before PHP starts, while it runs, and after it has ended. */
#include <sapi/embed/php_embed.h>

static void await(void)
{
    char line[16];
    if (!fgets(line, sizeof line, stdin)) {
        exit(1);
    }
}

int main(int argc, char **argv)
{
    puts("started");
    fflush(stdout);
    for (int time = 0; time < 3; time++) {
        await();
        php_embed_module.php_ini_path_override = argv[1];
        if (php_embed_init(1, argv) == FAILURE) {
            return 1;
        }
        zend_eval_string(argv[2], NULL, "embed");
        fflush(stdout);
        await();
        php_embed_shutdown();
        puts("ended");
        fflush(stdout);
    }
    await();
    return 0;
}
