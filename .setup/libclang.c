/*
 * libclang LIBRARY FILE [ARGUMENT...]: parses a C file as bindgen does, with the libclang at LIBRARY, which need not
 * have headers of its own. Says in one line why it cannot.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

/* From clang-c/Index.h. */
typedef struct {
    const void *data;
    unsigned flags;
} CXString;

static void *library;

static void *function(const char *name)
{
    void *found = library ? dlsym(library, name) : NULL;
    if (!found) {
        puts(dlerror());
        exit(1);
    }
    return found;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        return 2;
    }
    library = dlopen(argv[1], RTLD_LAZY);
    void *(*create_index)(int, int) = function("clang_createIndex");
    void *(*parse)(void *, const char *, char **, int, void *, unsigned, unsigned) =
        function("clang_parseTranslationUnit");
    unsigned (*count)(void *) = function("clang_getNumDiagnostics");
    void *(*diagnostic)(void *, unsigned) = function("clang_getDiagnostic");
    int (*severity)(void *) = function("clang_getDiagnosticSeverity");
    CXString (*spelling)(void *) = function("clang_getDiagnosticSpelling");
    const char *(*text)(CXString) = function("clang_getCString");
    void *unit = parse(create_index(0, 0), argv[2], argv + 3, argc - 3, NULL, 0, 0);
    if (!unit) {
        puts("it parses nothing");
        return 1;
    }
    for (unsigned i = 0; i < count(unit); i++) {
        /* 3 is an error, 4 a fatal one. */
        if (severity(diagnostic(unit, i)) >= 3) {
            printf("%s\n", text(spelling(diagnostic(unit, i))));
            return 1;
        }
    }
    return 0;
}
