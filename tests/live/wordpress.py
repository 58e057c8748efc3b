"""A real WordPress with its database, started for a test on loopback; written to through its own functions."""

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

PLACE = Path("/usr/share/wordpress")
CONFIG = """<?php
define('DB_NAME', 'site'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:%s'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_HOME', '%s'); define('WP_SITEURL', '%s'); $table_prefix = 'wp_';
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
"""
INSTALL = """
define('WP_INSTALLING', true); require '%s/wp-load.php'; require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('A site', 'owner', 'owner@example.com', true, '', 'pass-word'); wp_delete_post(1, true); wp_delete_post(2, true);
update_option('comment_moderation', 0); update_option('thread_comments', 1); update_option('posts_per_rss', 50);
"""


class WordPress:
    """A running site."""

    def __init__(self, folder: Path) -> None:
        if not PLACE.is_dir() or not shutil.which("mariadbd") or not shutil.which("php"):
            pytest.skip(
                "no WordPress here: tools/servers/install.sh brings it where Debian's packages are to be had"
            )
        self.site, self.data, self.socket = folder / "site", folder / "data", folder / "db.sock"
        shutil.copytree(PLACE, self.site, ignore_dangling_symlinks=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        (self.site / "wp-config.php").unlink(missing_ok=True)
        (self.site / "wp-config.php").write_text(CONFIG % (self.socket, self.url, self.url))
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start database and site."""
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(
            ["mariadb-install-db", f"--datadir={self.data}", "--skip-test-db", "--auth-root-authentication-method=normal"],
            check=True, **quiet,
        )  # fmt: skip
        database = [
            "mariadbd", "--no-defaults", f"--datadir={self.data}", f"--socket={self.socket}", "--skip-networking",
            "--user=root", f"--pid-file={self.data}/pid",
        ]  # fmt: skip
        self.running.append(subprocess.Popen(database, **quiet))
        create = ["mariadb", f"--socket={self.socket}", "-uroot", "-e", "CREATE DATABASE site"]
        self._until(lambda: subprocess.run(create, check=False, **quiet).returncode == 0)
        self.php(INSTALL % self.site)
        host = self.url.removeprefix("http://")
        self.running.append(subprocess.Popen(["php", "-S", host, "-t", str(self.site)], **quiet))
        self._until(self._answers)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/?feed=rss2", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def _until(self, holds: Any) -> None:
        for _ in range(150):
            if holds():
                return
            time.sleep(0.2)
        pytest.fail("the site does not start")

    def php(self, code: str) -> str:
        """Run PHP code."""
        ran = subprocess.run(["php", "-r", code], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr or ran.stdout
        return ran.stdout

    def do(self, code: str) -> Any:
        """Run code inside WordPress; gives what it leaves in `$out`."""
        said = self.php(
            f"require '{self.site}/wp-load.php'; $out = null; {code}; echo \"\\n\" . json_encode($out);"
        )
        return json.loads(said.splitlines()[-1])

    def article(self, title: str, text: str) -> int:
        """Publish an article."""
        return int(
            self.do(
                f"$out = wp_insert_post(['post_title' => '{title}', 'post_content' => '{text}', 'post_status' => 'publish'])"
            )
        )

    def comment(self, post: int, text: str, *, parent: int = 0, name: str = "Guest") -> int:
        """Write a comment as a guest."""
        return int(
            self.do(
                f"$out = wp_insert_comment(['comment_post_ID' => {post}, 'comment_content' => '{text}', "
                f"'comment_parent' => {parent}, 'comment_author' => '{name}', 'comment_author_email' => 'g@example.com', "
                "'comment_approved' => 1])"
            )
        )

    def stop(self) -> None:
        """Stop both."""
        for process in reversed(self.running):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
