<?php

namespace App\Doctrine;

use Dig\Ticket\Number;
use Doctrine\ORM\EntityManagerInterface;
use Doctrine\ORM\Id\AbstractIdGenerator;

/** Gives an entity its key in persist(), before it is inserted. For Doctrine ORM 2.11 and later. */
class TicketIdGenerator extends AbstractIdGenerator
{
    public function generateId(EntityManagerInterface $em, $entity): int
    {
        return (new Number())->generate();
    }
}
