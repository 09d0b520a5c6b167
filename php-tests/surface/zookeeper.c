/* What of php-zookeeper matters to ticket: an extension of that name with a class of that name. */
#include <php.h>
#include <Zend/zend_exceptions.h>

static PHP_MINIT_FUNCTION(zookeeper)
{
    zend_class_entry ce;

    INIT_CLASS_ENTRY(ce, "ZookeeperException", NULL);
    zend_class_entry *entry = zend_register_internal_class_ex(&ce, zend_ce_exception);
    zend_declare_class_constant_long(entry, "THEIRS", sizeof("THEIRS") - 1, 1);
    return SUCCESS;
}

zend_module_entry zookeeper_module_entry = {
    STANDARD_MODULE_HEADER, "zookeeper", NULL, PHP_MINIT(zookeeper), NULL, NULL, NULL, NULL, "0", STANDARD_MODULE_PROPERTIES,
};

ZEND_GET_MODULE(zookeeper)
