# Swoole with ticket, on PHP's official image: docker build -f examples/docker/swoole.Dockerfile -t ticket-swoole .
FROM php:8.4-cli-bookworm AS build
COPY --from=rust:1-bookworm /usr/local/rustup /usr/local/rustup
COPY --from=rust:1-bookworm /usr/local/cargo /usr/local/cargo
ENV RUSTUP_HOME=/usr/local/rustup CARGO_HOME=/usr/local/cargo PATH=/usr/local/cargo/bin:$PATH
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libclang-dev \
    && rm -rf /var/lib/apt/lists/*
COPY . /src/ticket
WORKDIR /src/ticket
RUN make && make install DESTDIR=/built

FROM php:8.4-cli-bookworm
RUN pecl install swoole && docker-php-ext-enable swoole
COPY --from=build /built/ /
RUN docker-php-ext-enable ticket
COPY examples/swoole.php /srv/swoole.php
EXPOSE 9501
# Where there is more than one container, they share their nodes by ZooKeeper: "-d", "ticket.dsn=zk1:2181,zk2:2181"
CMD ["php", "/srv/swoole.php", "9501", "4", "0.0.0.0"]
