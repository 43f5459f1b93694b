"""Nchan, the event server in nginx, with a private configuration on loopback; where it is installed."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
"""Where Debian's libnginx-mod-nchan puts it."""

_CONFIGURATION = """
load_module {module};
user root;
worker_processes 1;
daemon off;
error_log {folder}/error.log;
pid {folder}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000;
  server {{
    listen 127.0.0.1:{port};
    location = /publish {{ nchan_publisher; nchan_channel_id facts; nchan_message_buffer_length 2000; }}
    location = /stream {{ nchan_subscriber eventsource; nchan_channel_id facts;
      nchan_subscriber_first_message newest; }}
  }}
}}
"""


def missing() -> str:
    """Return what is not installed, "" when all is."""
    if shutil.which("nginx") is None:
        return "nginx"
    return "" if MODULE.exists() else "libnginx-mod-nchan"


@contextlib.contextmanager
def running(folder: Path, port: int) -> Iterator[int]:
    """Run it while the block runs, and give the process id of what does the work."""
    folder.mkdir()
    file = folder / "nginx.conf"
    file.write_text(_CONFIGURATION.format(module=MODULE, folder=folder, port=port), "utf-8")
    nginx = shutil.which("nginx") or "nginx"
    process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(file)], stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()
