vcl 4.1;

# The newsroom behind Varnish (7.1 or later): the same agreement as deploy/nginx.conf has, docs/decisions/0013-the-edge.md.
#
# To change: the backend. TLS ends before Varnish (hitch, or nginx with PROXY protocol: -a :6086,PROXY), which sends http on
# to https. The application needs TRUSTED_PROXY_COUNT=1. Static files and pictures come from the application, or from a
# server of files in front. Start it with -p http_req_hdr_len=32k -p http_req_size=64k -p workspace_client=160k, so that
# long addresses are answered by the application.
#
# A request with a session goes round twice: first to /.edge/tier, whose answer is kept for a minute at most, then, by
# restart, for the page under the tier that was found.

import std;

backend newsroom {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 3s;
    .first_byte_timeout = 60s;
    .probe = {
        .url = "/healthz";
        .interval = 2s;
        .timeout = 2s;
        .window = 4;
        .threshold = 2;
        .initial = 2;
    }
}

sub vcl_recv {
    if (req.restarts == 0) {
        # What no client can tell us.
        unset req.http.X-Edge-Tier;
        unset req.http.X-Edge-Time;
        unset req.http.X-Edge-Asks;
        unset req.http.X-Edge-Url;
        unset req.http.X-Edge-Cookie;
        unset req.http.X-Tier-Cookie;
        unset req.http.X-Country;
        unset req.http.X-Forwarded-Host;
        unset req.http.Forwarded;
        unset req.http.Surrogate-Capability;
        set req.http.X-Forwarded-For = client.ip;
        set req.http.X-Forwarded-Proto = "https";
        set req.http.Host = regsub(std.tolower(req.http.Host), ":[0-9]+$", "");
    }
    # HEAD as well: asked as GET it would count a reading.
    if (req.method != "GET") {
        return (pass);
    }
    if (req.url ~ "^/(account|admin|api|feeds|inbox|media|search|static|webhooks)/"
        || req.url ~ "^/(healthz|readyz|metrics)$"
        # A recording, which would lose its ranges.
        || req.url ~ "^/articles/[0-9]+/[0-9]+/[^/]+/(recording\.[a-z0-9]+|captions\.vtt)(\?|$)"
        || req.url ~ "[?&](gift|pass)="
        || req.http.Authorization
        || req.http.Cookie ~ "(^|; *)(messages|looking)="
        # memberships/crawlers.py; a test compares.
        || req.http.User-Agent ~ "(?i)googlebot|google-inspectiontool|bingbot|applebot|yandexbot") {
        return (pass);
    }
    set req.http.Surrogate-Capability = {"varnish="Surrogate/1.0""};
    if (req.restarts == 0 && req.http.Cookie ~ "(^|; *)sessionid=[^;]") {
        set req.http.X-Edge-Asks = "tier";
        set req.http.X-Edge-Url = req.url;
        set req.http.X-Edge-Cookie = req.http.Cookie;
        set req.url = "/.edge/tier";
        set req.http.Surrogate-Capability = {"varnish="Surrogate/1.0 Tier/1.0""};
        set req.http.Cookie = "sessionid=" + regsub(req.http.Cookie, "^(?:.*?; *)?sessionid=([^;]*).*$", "\1");
    }
    if (std.healthy(req.backend_hint)) {
        set req.grace = 0s;
    }
    return (hash);
}

sub vcl_hash {
    hash_data(req.url);
    hash_data(req.http.Host);
    if (req.http.X-Edge-Asks) {
        # By address as well, because networks hold rights.
        hash_data(client.ip);
        hash_data(req.http.Cookie);
    } else {
        hash_data(req.http.X-Edge-Tier);
    }
    return (lookup);
}

sub vcl_backend_fetch {
    unset bereq.http.X-Edge-Asks;
    unset bereq.http.X-Edge-Url;
    unset bereq.http.X-Edge-Cookie;
    # There may be an old copy, but what this one is asks for all of it.
    unset bereq.http.If-None-Match;
    unset bereq.http.If-Modified-Since;
}

sub vcl_backend_response {
    set beresp.ttl = std.duration(beresp.http.X-Accel-Expires + "s", 0s);
    if (beresp.ttl <= 0s || beresp.http.Set-Cookie || bereq.uncacheable) {
        # Nobody waits for anybody where nothing is kept.
        set beresp.uncacheable = true;
        set beresp.ttl = 120s;
        return (deliver);
    }
    if (bereq.url == "/.edge/tier") {
        set beresp.grace = 0s;
        return (deliver);
    }
    # Given after its second only while the application is sick.
    set beresp.grace = 1h;
    unset beresp.http.Vary;
    set beresp.http.Vary = "Accept-Encoding";
    return (deliver);
}

sub vcl_backend_error {
    if (bereq.url == "/.edge/tier") {
        # Of whom nothing can be told is taken for a stranger.
        set beresp.status = 204;
        set beresp.ttl = 0s;
        return (deliver);
    }
}

sub vcl_deliver {
    if (req.http.X-Edge-Asks) {
        unset req.http.X-Edge-Asks;
        set req.url = req.http.X-Edge-Url;
        set req.http.Cookie = req.http.X-Edge-Cookie;
        if (resp.status == 204 && resp.http.X-Tier) {
            set req.http.X-Edge-Tier = resp.http.X-Tier;
            if (resp.http.X-Tier-Cookie) {
                set req.http.Cookie = req.http.Cookie + "; tier=" + resp.http.X-Tier-Cookie;
            }
        }
        return (restart);
    }
    if (obj.hits > 0) {
        set resp.http.X-Cache = "hit (edge)";
    }
    if (resp.http.Vary == "Accept-Encoding") {
        set resp.http.Vary = "Accept-Encoding, Cookie";
    }
    unset resp.http.X-Accel-Expires;
    unset resp.http.Surrogate-Control;
    unset resp.http.Surrogate-Key;
    unset resp.http.X-Tier;
    unset resp.http.X-Tier-Cookie;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
}
