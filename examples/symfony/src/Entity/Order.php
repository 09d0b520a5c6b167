<?php

namespace App\Entity;

use App\Doctrine\TicketIdGenerator;
use Doctrine\DBAL\Types\Types;
use Doctrine\ORM\Mapping as ORM;

// services.yaml needs no line for the generator.
#[ORM\Entity]
#[ORM\Table(name: 'orders')]
class Order
{
    #[ORM\Id]
    #[ORM\Column(type: Types::BIGINT)]
    #[ORM\GeneratedValue(strategy: 'CUSTOM')]
    #[ORM\CustomIdGenerator(class: TicketIdGenerator::class)]
    private int|string|null $id = null;   // Doctrine DBAL 3 reads a bigint as a string, DBAL 4 as an integer

    public function __construct(
        #[ORM\Column]
        private string $title,
    ) {
    }

    /** A string, as JavaScript's numbers have 53 bits. Null before persist(). */
    public function getId(): ?string
    {
        return $this->id === null ? null : (string) $this->id;
    }

    public function getTitle(): string
    {
        return $this->title;
    }
}
