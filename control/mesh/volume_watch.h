// SPDX-License-Identifier: Apache-2.0
// Looks at the dataplane's sequence numbers and asks for fresh keys before a lane runs out of them.
// One thread of its own, between start() and join().
#pragma once

#include <string>
#include <thread>

#include "mesh/mesh_context.h"
#include "mesh/peer_set.h"

namespace bulkhead::control {

class VolumeWatch {
 public:
  // Half of what a lane may carry: the other half is time for the rekey.
  static constexpr uint64_t kLimit = esp::kMaxSequence / 2;

  // Both outlive the watch.
  VolumeWatch(MeshContext& mesh, const PeerSet& peers) : mesh_(mesh), peers_(peers) {}
  ~VolumeWatch() { join(); }

  void start();
  void join();  // after mesh.stop was raised

 private:
  void run();
  void look();
  void look_at(const ipc::DataplaneStatus& page);

  MeshContext& mesh_;
  const PeerSet& peers_;
  std::thread thread_;
};

}  // namespace bulkhead::control
