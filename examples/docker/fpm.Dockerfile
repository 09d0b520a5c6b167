# php-fpm with ticket, from Debian's packages: docker build -f examples/docker/fpm.Dockerfile -t ticket-fpm .
# The first stage is for a checkout. Where you have a .deb, copy that instead.
FROM rust:1-bookworm AS build
COPY . /src/ticket
WORKDIR /src/ticket
RUN make package

FROM debian:bookworm-slim
COPY --from=build /src/ticket/target/package/php8.2-ticket_*.deb /tmp/
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends php8.2-fpm /tmp/php8.2-ticket_*.deb \
    && rm -rf /var/lib/apt/lists/* /tmp/php8.2-ticket_*.deb
COPY examples/php-fpm.conf /srv/php-fpm.conf
COPY examples/request.php /srv/request.php
RUN sed -i 's/^listen = .*/listen = 9000/' /srv/php-fpm.conf
EXPOSE 9000
STOPSIGNAL SIGQUIT
# Where there is more than one container, they share their nodes by ZooKeeper: "-d", "ticket.dsn=zk1:2181,zk2:2181"
CMD ["php-fpm8.2", "--nodaemonize", "-y", "/srv/php-fpm.conf"]
