<?php

namespace App\Model;

use Hyperf\DbConnection\Model\Model;
use Hyperf\Snowflake\Concern\Snowflake;

class Order extends Model
{
    use Snowflake;

    protected ?string $table = 'orders';

    protected array $fillable = ['title'];

    // JavaScript's numbers have 53 bits: in JSON an ID is a string.
    protected array $casts = ['id' => 'string'];
}
