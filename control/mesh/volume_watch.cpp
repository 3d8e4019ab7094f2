// SPDX-License-Identifier: Apache-2.0
#include "mesh/volume_watch.h"

#include <poll.h>

#include "mesh/peer_link.h"

namespace bulkhead::control {

void VolumeWatch::start() {
  thread_ = std::thread([this] { run(); });
}

void VolumeWatch::join() {
  if (thread_.joinable()) thread_.join();
}

void VolumeWatch::run() {
  pollfd stop{mesh_.stop.get(), POLLIN, 0};
  while (::poll(&stop, 1, static_cast<int>(mesh_.tuning.watch_ns / kMillisecond)) == 0) look();
}

void VolumeWatch::look() {
  if (!mesh_.installer.ready()) return;
  std::string after;
  for (bool more = true; more;) {
    const Result<ipc::DataplaneStatus> page = mesh_.installer.status(after);
    if (!page.ok()) return;
    look_at(*page);
    more = page->more_peers && !page->peers.empty();
    if (more) after = page->peers.back().name;
  }
}

void VolumeWatch::look_at(const ipc::DataplaneStatus& page) {
  for (const ipc::PeerStatus& seen : page.peers) {
    if (seen.newest_sequence < kLimit) continue;
    if (const PeerLinkPtr peer = peers_.find(seen.name))
      peer->request_rekey(mesh::RekeyReason::kVolume);
  }
}

}  // namespace bulkhead::control
