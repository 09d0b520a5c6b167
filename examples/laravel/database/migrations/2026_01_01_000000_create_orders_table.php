<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::create('orders', function (Blueprint $table) {
            // Signed, as PHP's integers; id() and foreignId() would be unsigned.
            $table->bigInteger('id');
            $table->primary('id');
            $table->bigInteger('parent_id')->nullable();
            $table->foreign('parent_id')->references('id')->on('orders');
            $table->string('title');
            $table->timestamps();
        });
    }

    public function down(): void
    {
        Schema::dropIfExists('orders');
    }
};
