// SPDX-License-Identifier: Apache-2.0
// What control may ask and what becomes of it: message in, answer out. No sockets, no threads, no
// EAL. Owns the truth about image and mesh; every accepted change is published as a new snapshot,
// and nothing refused changes anything.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/glass_holder.h"
#include "admin/image_store.h"
#include "admin/overlay_holder.h"
#include "admin/publisher.h"
#include "base/clock.h"
#include "ipc/messages.h"
#include "table/mesh_state.h"
#include "trace/trace_order.h"

namespace bulkhead::dataplane {

struct AdminSetup {
  ImageRules rules;
  std::string state_directory;
  std::vector<Underlay> underlays;  // of the mesh ports
  std::vector<PortInfo> ports;      // by port index
  uint16_t workers = 1;
  WorkerMode worker_mode = WorkerMode::kAdaptive;
  FailurePolicy failure_policy;
  std::string version;
};

struct AdminHooks {
  std::function<void(std::string_view)> warn;  // for the log
};

class AdminHandler {
 public:
  AdminHandler(AdminSetup setup, AdminHooks hooks, Publisher& publisher, const Clock& clock);

  // Publishes the last good image, or, when there is none that can be trusted, an empty snapshot
  // that denies everything. Before the workers start. Errors: the state directory is not usable.
  Status start();

  // For a control that has just connected: what runs here. Takes back SPIs that an earlier control
  // was given and never used.
  [[nodiscard]] ipc::Message greet();
  // `descriptor`: what came with the message. Unknown questions get a Failure.
  ipc::Message handle(const ipc::Message& question, const UniqueFd& descriptor);

  // What time brings, control or no control: called at least every kTickPeriod while
  // wants_ticks(), and harmless when called more often.
  void tick();
  [[nodiscard]] bool wants_ticks() const noexcept {
    return !mesh_.empty() || glass_.any_open() || trace_ != nullptr;
  }
  static constexpr std::chrono::milliseconds kTickPeriod{10};

  [[nodiscard]] uint64_t generation() const noexcept;  // 0: no image
  [[nodiscard]] bool image_from_disk() const noexcept { return from_disk_; }

 private:
  ipc::Body answer(const ipc::InstallImage& m, const UniqueFd& descriptor);
  ipc::Body answer(const ipc::SetPeers& m, const UniqueFd& unused);
  ipc::Body answer(const ipc::AllocateSpis& m, const UniqueFd& unused);
  ipc::Body answer(const ipc::InstallInbound& m, const UniqueFd& unused);
  ipc::Body answer(const ipc::InstallOutbound& m, const UniqueFd& unused);
  ipc::Body answer(const ipc::RemoveInbound& m, const UniqueFd& unused);
  ipc::Body answer(const ipc::DropLanes& m, const UniqueFd& unused);
  ipc::Body answer(const ipc::GetStatus& m, const UniqueFd& unused);
  ipc::Body answer(const ipc::InstallOverlay& m, const UniqueFd& descriptor);
  ipc::Body answer(const ipc::OpenBreakGlass& m, const UniqueFd& unused);
  ipc::Body answer(const ipc::CloseBreakGlass& m, const UniqueFd& unused);
  ipc::Body answer(const ipc::StartTrace& m, const UniqueFd& unused);
  ipc::Body answer(const ipc::StopTrace& m, const UniqueFd& unused);

  Result<ipc::ImageInstalled> install(const ipc::InstallImage& m, const UniqueFd& descriptor);
  Result<ipc::OverlayInstalled> install(const ipc::InstallOverlay& m, const UniqueFd& descriptor);
  void load_kept();
  void load_glass();
  void tick_glass();
  void keep_glass();
  void drop_trace();
  [[nodiscard]] bool end_trace_when_over(uint64_t now_ns);
  void decide_anew();
  ipc::Body published_or(Status changed);
  Result<uint64_t> publish();
  void keep();
  void warn(std::string_view sentence) const;

  AdminSetup setup_;
  AdminHooks hooks_;
  Publisher& publisher_;
  const Clock& clock_;
  ImageStore store_;
  OverlayHolder overlay_;
  GlassHolder glass_;
  MeshState mesh_;
  AcceptedImage image_;                                  // in force
  std::shared_ptr<const image::Conditions> conditions_;  // overlay and glass, for `image_`
  uint64_t decisions_ = 0;                               // Snapshot::decisions
  std::shared_ptr<const TraceOrder> trace_;              // packets to follow; null: none
  bool from_disk_ = false;
  std::string last_image_error_;
  std::string last_overlay_error_;
  ipc::BootNonce boot_nonce_;
  uint64_t started_ns_;
  uint64_t tick_due_ns_ = 0;
};

}  // namespace bulkhead::dataplane
