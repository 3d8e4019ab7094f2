// SPDX-License-Identifier: Apache-2.0
#include "admin/handler.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <concepts>

#include "base/check.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint64_t nanoseconds(std::chrono::milliseconds period) noexcept {
  return static_cast<uint64_t>(std::chrono::nanoseconds(period).count());
}

ipc::BootNonce fresh_nonce() {
  ipc::BootNonce nonce{};
  if (getrandom(nonce.data(), nonce.size(), 0) != static_cast<ssize_t>(nonce.size()))
    BH_FATAL("the kernel gives no random bytes");
  return nonce;
}

std::vector<std::string> names_of(const MeshTable& mesh) {
  std::vector<std::string> names;
  for (const MeshTable::Peer& peer : mesh.peers()) names.push_back(peer.slot->name);
  return names;
}

// Questions are what control may send; the other kinds of message are answers.
template <typename T>
concept Question = std::same_as<T, ipc::InstallImage> || std::same_as<T, ipc::SetPeers> ||
    std::same_as<T, ipc::AllocateSpis> || std::same_as<T, ipc::InstallInbound> ||
    std::same_as<T, ipc::InstallOutbound> || std::same_as<T, ipc::RemoveInbound> ||
    std::same_as<T, ipc::GetStatus> || std::same_as<T, ipc::DropLanes> ||
    std::same_as<T, ipc::InstallOverlay> || std::same_as<T, ipc::OpenBreakGlass> ||
    std::same_as<T, ipc::CloseBreakGlass> || std::same_as<T, ipc::StartTrace> ||
    std::same_as<T, ipc::StopTrace>;

}  // namespace

AdminHandler::AdminHandler(AdminSetup setup, AdminHooks hooks, Publisher& publisher,
                           const Clock& clock)
    : setup_(std::move(setup)),
      hooks_(std::move(hooks)),
      publisher_(publisher),
      clock_(clock),
      store_(setup_.state_directory),
      overlay_(setup_.rules, setup_.state_directory),
      glass_(setup_.state_directory),
      mesh_(setup_.underlays, setup_.workers),
      boot_nonce_(fresh_nonce()),
      started_ns_(clock.now().steady_ns) {}

Status AdminHandler::start() {
  if (Status ready = store_.prepare(); !ready) return ready;
  load_kept();
  load_glass();
  decide_anew();
  const auto took = publish();
  return took ? Status{} : Status{took.error()};
}

// An image without the locks that were in force would open what was locked, so that both or none
// are trusted.
void AdminHandler::load_kept() {
  const Status overlay = overlay_.load();
  if (!overlay && overlay.error().code != ErrorCode::kNotFound) {
    last_overlay_error_ = overlay.error().sentence;
    warn(last_overlay_error_ + "; starting without a policy: everything is denied");
    return;
  }
  auto kept = store_.load(setup_.rules);
  if (kept) {
    image_ = std::move(kept).value();
    from_disk_ = true;
  } else if (kept.error().code != ErrorCode::kNotFound) {
    last_image_error_ = kept.error().sentence;
    warn(last_image_error_ + "; starting without a policy: everything is denied");
  }
}

// After every change of image or overlay: their join, and a number that no cached decision has.
void AdminHandler::decide_anew() {
  auto conditions = overlay_.resolve(image_.view);
  glass_.resolve(image_.view, *conditions);
  conditions_ = std::move(conditions);
  ++decisions_;
}

uint64_t AdminHandler::generation() const noexcept {
  return image_.view.empty() ? 0 : image_.view.generation().value;
}

ipc::Message AdminHandler::greet() {
  mesh_.release_unused_spis();
  drop_trace();  // that control is gone, or has forgotten it
  ipc::Hello hello;
  hello.gateway = setup_.rules.gateway;
  hello.boot_nonce = boot_nonce_;
  hello.workers = setup_.workers;
  hello.generation = generation();
  hello.digest = image_.digest;
  hello.version = setup_.version;
  hello.overlay_number = overlay_.number();
  hello.overlay_digest = overlay_.digest();
  return {.request_id = 0, .body = std::move(hello)};
}

ipc::Message AdminHandler::handle(const ipc::Message& question, const UniqueFd& descriptor) {
  ipc::Body body = std::visit(
      [&]<typename T>(const T& m) -> ipc::Body {
        if constexpr (Question<T>) return answer(m, descriptor);
        return ipc::Failure{{ErrorCode::kInvalid, "this kind of message is no question"}};
      },
      question.body);
  return {.request_id = question.request_id, .body = std::move(body)};
}

void AdminHandler::tick() {
  const uint64_t now = clock_.now().steady_ns;
  if (now < tick_due_ns_) return;
  tick_due_ns_ = now + nanoseconds(kTickPeriod);
  PeerPaths::News news;
  bool changed = mesh_.tick(now, news);
  changed |= end_trace_when_over(now);
  for (const std::string& sentence : news) warn(sentence);
  tick_glass();
  if (!changed) return;
  if (const auto took = publish(); !took) warn("paths: " + took.error().sentence);
}

ipc::Body AdminHandler::answer(const ipc::InstallImage& m, const UniqueFd& descriptor) {
  auto installed = install(m, descriptor);
  if (installed) {
    last_image_error_.clear();
    return *installed;
  }
  last_image_error_ = installed.error().sentence;
  return ipc::Failure{std::move(installed).error()};
}

Result<ipc::ImageInstalled> AdminHandler::install(const ipc::InstallImage& m,
                                                  const UniqueFd& descriptor) {
  const uint64_t begin = clock_.now().steady_ns;
  auto accepted = accept_image(descriptor, m, setup_.rules, image_.matcher);
  if (!accepted) return std::move(accepted).error();
  const uint64_t verify_ns = clock_.now().steady_ns - begin;
  const uint64_t next = accepted->view.generation().value;
  if (!image_.view.empty() && next <= generation()) {
    if (accepted->digest == image_.digest) return ipc::ImageInstalled{.generation = next};
    return Error{
        ErrorCode::kConflict,
        fmt::format("generation {} is not newer than {}, which is in force", next, generation())};
  }
  image_ = std::move(accepted).value();
  from_disk_ = false;
  decide_anew();
  const auto publish_ns = publish();
  keep();
  if (!publish_ns) return publish_ns.error();
  return ipc::ImageInstalled{.generation = next, .verify_ns = verify_ns, .publish_ns = *publish_ns};
}

ipc::Body AdminHandler::answer(const ipc::InstallOverlay& m, const UniqueFd& descriptor) {
  auto installed = install(m, descriptor);
  if (installed) {
    last_overlay_error_.clear();
    return *installed;
  }
  last_overlay_error_ = installed.error().sentence;
  return ipc::Failure{std::move(installed).error()};
}

Result<ipc::OverlayInstalled> AdminHandler::install(const ipc::InstallOverlay& m,
                                                    const UniqueFd& descriptor) {
  const uint64_t begin = clock_.now().steady_ns;
  const auto changed = overlay_.accept(descriptor, m);
  if (!changed) return changed.error();
  if (!*changed) return ipc::OverlayInstalled{.number = m.number};
  const uint64_t verify_ns = clock_.now().steady_ns - begin;
  decide_anew();
  const auto publish_ns = publish();
  if (Status saved = overlay_.save(); !saved)
    warn("the overlay in force could not be kept for a restart: " + saved.error().sentence);
  if (!publish_ns) return publish_ns.error();
  return ipc::OverlayInstalled{
      .number = m.number, .verify_ns = verify_ns, .publish_ns = *publish_ns};
}

// Before the answer, so that what control was told survives a crash.
void AdminHandler::keep() {
  if (Status saved = store_.save(image_.bytes); !saved)
    warn("the image in force could not be kept for a restart: " + saved.error().sentence);
}

ipc::Body AdminHandler::answer(const ipc::SetPeers& m, const UniqueFd& /*unused*/) {
  return published_or(mesh_.set_peers(m));
}

ipc::Body AdminHandler::answer(const ipc::AllocateSpis& m, const UniqueFd& /*unused*/) {
  auto spis = mesh_.allocate_spis(m.count);
  if (!spis) return ipc::Failure{std::move(spis).error()};
  return ipc::Spis{std::move(spis).value()};
}

ipc::Body AdminHandler::answer(const ipc::InstallInbound& m, const UniqueFd& /*unused*/) {
  return published_or(mesh_.install_inbound(m));
}

ipc::Body AdminHandler::answer(const ipc::InstallOutbound& m, const UniqueFd& /*unused*/) {
  return published_or(mesh_.install_outbound(m));
}

ipc::Body AdminHandler::answer(const ipc::RemoveInbound& m, const UniqueFd& /*unused*/) {
  return published_or(mesh_.remove_inbound(m));
}

ipc::Body AdminHandler::answer(const ipc::DropLanes& m, const UniqueFd& /*unused*/) {
  return published_or(mesh_.drop_lanes(m.peer));
}

ipc::Body AdminHandler::answer(const ipc::GetStatus& m, const UniqueFd& /*unused*/) {
  ipc::DataplaneStatus status;
  status.generation = generation();
  status.digest = image_.digest;
  status.last_image_error = last_image_error_;
  status.image_from_disk = from_disk_;
  status.overlay_number = overlay_.number();
  status.last_overlay_error = last_overlay_error_;
  status.break_glass = glass_.status(clock_.now().wall_ns);
  status.uptime_ns = clock_.now().steady_ns - started_ns_;
  status.worker_mode = setup_.worker_mode == WorkerMode::kPoll ? "poll" : "adaptive";
  status.pass_and_mark = to_string(setup_.failure_policy);
  status.peers = mesh_.status(m.after, ipc::kStatusPeers, status.more_peers);
  return status;
}

ipc::Body AdminHandler::published_or(Status changed) {
  if (!changed) return ipc::Failure{std::move(changed).error()};
  auto took = publish();
  if (!took) return ipc::Failure{std::move(took).error()};
  return ipc::Ok{};
}

Result<uint64_t> AdminHandler::publish() {
  const auto mesh = mesh_.build();
  const auto names = names_of(*mesh);
  auto next = build_snapshot({.image = image_.view,
                              .image_memory = image_.memory,
                              .conditions = conditions_,
                              .decisions = decisions_,
                              .mesh = mesh,
                              .peer_names = names,
                              .ports = setup_.ports,
                              .matcher = image_.matcher});
  next->trace = trace_;
  return publisher_.publish(std::move(next));
}

void AdminHandler::warn(std::string_view sentence) const {
  if (hooks_.warn) hooks_.warn(sentence);
}

}  // namespace bulkhead::dataplane
