#!/usr/bin/env bash
# Builds deploy/Dockerfile where no Docker engine and no image registry is: with Buildah, over a stand-in for the Node image
# (Debian by mmdebstrap, the Node and npm of this machine). Then starts the program in it: as user 10001, over a read-only
# root file system. Needs root and Debian's packages buildah and mmdebstrap. Where Docker is, `docker build` does it.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=${1:-$(mktemp -d)}
mkdir -p "$work"
store=(--storage-driver vfs --root "$work/images" --runroot "$work/run")
bah() { buildah "${store[@]}" "$@"; }

[ -f "$work/base.tar" ] || mmdebstrap --quiet --variant=minbase --include=ca-certificates,libstdc++6,libatomic1 bookworm "$work/base.tar"
base=$(bah from scratch)
bah add --quiet "$base" "$work/base.tar" /
bah copy --quiet "$base" "$(readlink -f node_modules/node/bin/node)" /usr/local/bin/node
bah copy --quiet "$base" "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" /usr/local/lib/node_modules/npm
bah copy --quiet "$base" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
bah config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$base"
bah run --isolation chroot "$base" -- sh -c 'ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm; ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx; chmod 755 /usr/local/bin/node; node --version; npm --version'
bah commit --quiet --rm "$base" localhost/node-standin > /dev/null

for target in causeway shop; do
  bah bud --isolation chroot --layers --ignorefile deploy/Dockerfile.dockerignore --build-arg NODE_IMAGE=localhost/node-standin \
    --build-arg REVISION="$(git rev-parse HEAD)" --target "$target" --format docker -t "localhost/$target" -f deploy/Dockerfile .
done
bah inspect --type image localhost/causeway |
  node -e 'const { Docker: { config } } = JSON.parse(fs.readFileSync(0, "utf8")); const { User, Entrypoint, Cmd, Volumes, ExposedPorts, StopSignal, Healthcheck, Labels } = config; console.log(JSON.stringify({ User, Entrypoint, Cmd, Volumes, ExposedPorts, StopSignal, Healthcheck, Labels }, null, 1))'

container=$(bah from localhost/causeway)
tree=$(bah mount "$container")
du -sh --apparent-size "$tree"
mkdir -p "$work/home" "$work/tmp"
chown 10001:10001 "$work/home" "$work/tmp"
chmod 700 "$work/home"
inside() { # the command in the image's tree: read-only but for the volume and /tmp, user 10001, no capability
  unshare --mount --pid --fork --kill-child sh -c '
    tree=$1; work=$2; shift 2
    mount --bind "$tree" "$tree"
    mount --bind "$work/home" "$tree/var/lib/causeway"
    mount --bind "$work/tmp" "$tree/tmp"
    mount -o remount,ro,bind "$tree"
    mount -t proc proc "$tree/proc"
    exec chroot "$tree" /usr/bin/setpriv --reuid 10001 --regid 10001 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs \
      env -i PATH=/usr/local/bin:/usr/bin:/bin NODE_ENV=production HOME=/var/lib/causeway CAUSEWAY_HOME=/var/lib/causeway \
      NODE_COMPILE_CACHE=/var/lib/causeway/compiled CAUSEWAY_HOST=0.0.0.0 CAUSEWAY_API_KEY=a-key-of-this-test-only "$@"' sh "$tree" "$work" "$@"
}
program=(node /opt/causeway/node_modules/causeway/bin/causeway.js)
inside sh -c 'id -u; touch /opt/causeway/x 2>&1 || true; touch /var/lib/causeway/x && echo "the volume can be written"'
inside "${program[@]}" demo | head -5
port=${PORT:-18787}
inside "${program[@]}" serve --port "$port" 2> "$work/serve.log" &
serving=$!
for _ in $(seq 300); do grep -q "listens on" "$work/serve.log" && break; kill -0 $serving; sleep 0.2; done
inside node -e "fetch('http://127.0.0.1:$port/healthz').then((answer) => { console.log('health check', answer.status); process.exit(answer.ok ? 0 : 1); })"
kill -TERM $(pgrep -P "$(pgrep -P $serving | head -1 || echo $serving)" || pgrep -P $serving) 2>/dev/null || true
wait $serving && echo "stopped with status 0" || echo "stopped with status $?"
bah umount "$container" > /dev/null
bah rm "$container" > /dev/null
echo "The image builds and runs."
