// SPDX-License-Identifier: Apache-2.0
#include "rekey/core.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "image/compile.h"
#include "image/verifier.h"
#include "ipc/codec.h"
#include "ipc/sealed_memfd.h"
#include "telemetry/drop_reason.h"

namespace bulkhead::bench {
namespace {

constexpr image::PrivateKey kSigner{1, 2, 3};
constexpr uint16_t kMeshMtu = 1600;  // room for ESP around a full frame

[[noreturn]] void end(const std::string& sentence) {
  std::fprintf(stderr, "benchmark set-up: %s\n", sentence.c_str());
  std::exit(2);
}

template <typename T>
T require(Result<T> result) {
  if (!result) end(result.error().sentence);
  return std::move(result).value();
}

// Reasons under which the gateway counts what was meant for itself.
bool consumed(std::string_view reason) {
  static constexpr std::string_view kOwn[] = {"arp_consumed", "exception_path", "keepalive"};
  return std::ranges::find(kOwn, reason) != std::end(kOwn);
}

dataplane::Underlay underlay_of(const CoreSpec& spec) {
  dataplane::Underlay own;
  own.name = "mesh0";
  own.port = kCoreMesh;
  own.exception = kCoreException;
  own.mac = spec.mesh_mac;
  own.address = spec.underlay;
  own.mtu = kMeshMtu;
  own.handshake_port = spec.handshake_port;
  return own;
}

std::vector<dataplane::PortInfo> ports_of(const CoreSpec& spec) {
  dataplane::PortInfo zone;
  zone.index = kCoreZone;
  zone.role = dataplane::PortRole::kZone;
  zone.name = "zone0";
  zone.mac = spec.zone_mac;
  dataplane::PortInfo mesh;
  mesh.index = kCoreMesh;
  mesh.role = dataplane::PortRole::kMesh;
  mesh.name = "mesh0";
  mesh.mac = spec.mesh_mac;
  mesh.mtu = kMeshMtu;
  mesh.address = spec.underlay.address;
  dataplane::PortInfo exception;
  exception.index = kCoreException;
  exception.role = dataplane::PortRole::kException;
  exception.name = "exception";
  exception.mac = spec.mesh_mac;
  return {zone, mesh, exception};
}

}  // namespace

bool changes_lanes(const ipc::Body& question) noexcept {
  return std::holds_alternative<ipc::InstallInbound>(question) ||
         std::holds_alternative<ipc::InstallOutbound>(question) ||
         std::holds_alternative<ipc::RemoveInbound>(question);
}

Core::Core(const CoreSpec& spec, dataplane::PortQueue& zone, dataplane::PortQueue& mesh,
           dataplane::PacketPool& pool)
    : spec_(spec),
      ports_(ports_of(spec)),
      exception_(pool),
      counters_(std::make_unique<telemetry::WorkerCounters>()) {
  make_handler();
  make_worker(zone, mesh, pool);
}

void Core::make_handler() {
  dataplane::AdminSetup setup;
  setup.rules = {require(image::public_key_of(kSigner)), spec_.name};
  setup.state_directory = spec_.directory + "/" + spec_.name;
  setup.underlays = {underlay_of(spec_)};
  setup.ports = ports_;
  setup.workers = 1;
  setup.version = "bench";
  dataplane::AdminHooks hooks;
  hooks.warn = [](std::string_view s) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(s.size()), s.data());
  };
  handler_ = std::make_unique<dataplane::AdminHandler>(std::move(setup), std::move(hooks),
                                                       publisher_, clock_);
  if (Status started = handler_->start(); !started) end(started.error().sentence);
}

void Core::make_worker(dataplane::PortQueue& zone, dataplane::PortQueue& mesh,
                       dataplane::PacketPool& pool) {
  dataplane::WorkerSetup setup;
  setup.ports = {{ports_[kCoreZone], &zone},
                 {ports_[kCoreMesh], &mesh},
                 {ports_[kCoreException], &exception_}};
  setup.pool = &pool;
  setup.clock = &clock_;
  setup.published = &published_;
  setup.epochs = &epochs_;
  setup.counters = counters_.get();
  setup.flows = spec_.flows;
  setup.inspected_flows = 8;
  setup.seed = 0x72656b6579;
  worker_ = std::make_unique<dataplane::Worker>(setup);
}

void Core::enforce(const policy::Policy& policy) {
  image::CompileOptions options;
  options.gateway = spec_.name;
  options.generation = 1;
  options.created_wall_ns = clock_.now().wall_ns;
  auto bytes = require(image::compile(policy, options));
  if (Status signed_ = image::sign(bytes, kSigner); !signed_) end(signed_.error().sentence);
  const UniqueFd sealed = require(ipc::create_sealed("bench", bytes));
  (void)must<ipc::ImageInstalled>(ipc::InstallImage{1, image::digest_of(bytes)}, sealed.get());
}

ipc::Body Core::expect(Result<ipc::Body> answer) {
  return require(std::move(answer));
}

Result<ipc::Body> Core::exchange(ipc::Body question, const UniqueFd& fd) {
  auto asked = ipc::encode({.request_id = 1, .body = std::move(question)});
  if (!asked) return std::move(asked).error();
  auto heard = ipc::decode(asked->span());
  if (!heard) return std::move(heard).error();
  auto told = ipc::encode(handler_->handle(*heard, fd));
  if (!told) return std::move(told).error();
  auto answer = ipc::decode(told->span());
  if (!answer) return std::move(answer).error();
  if (auto* failure = std::get_if<ipc::Failure>(&answer->body)) return std::move(failure->error);
  return std::move(answer->body);
}

Result<ipc::Body> Core::ask(ipc::Body question, int fd) {
  const std::scoped_lock lock(mutex_);
  const bool timed = changes_lanes(question);
  UniqueFd borrowed(fd);
  changing_.store(timed, std::memory_order_relaxed);
  const uint64_t start = clock_.now().steady_ns;
  auto answer = exchange(std::move(question), borrowed);
  if (timed) publications_.push_back(clock_.now().steady_ns - start);
  changing_.store(false, std::memory_order_relaxed);
  (void)borrowed.release();
  return answer;
}

ipc::Hello Core::hello() {
  const std::scoped_lock lock(mutex_);
  return std::get<ipc::Hello>(handler_->greet().body);
}

void Core::tick() {
  const std::scoped_lock lock(mutex_);
  handler_->tick();
}

ipc::PeerStatus Core::peer(const std::string& name) {
  for (const auto& status : must<ipc::DataplaneStatus>(ipc::GetStatus{}).peers)
    if (status.name == name) return status;
  end(spec_.name + " has no peer " + name);
}

std::vector<uint64_t> Core::publications() {
  const std::scoped_lock lock(mutex_);
  return publications_;
}

void Core::add_losses(Losses& sums) const {
  for (size_t i = 1; i < sums.size(); ++i)
    if (!consumed(to_string(static_cast<DropReason>(i)))) sums[i] += counters_->drops[i].load();
}

std::string losses_text(const Core::Losses& losses) {
  std::string text;
  for (size_t i = 1; i < losses.size(); ++i) {
    if (losses[i] == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::string(to_string(static_cast<DropReason>(i))) + " " + std::to_string(losses[i]);
  }
  return text;
}

uint64_t sum(const Core::Losses& losses) {
  uint64_t all = 0;
  for (const uint64_t n : losses) all += n;
  return all;
}

void report_times(std::vector<std::pair<std::string, double>>& extra, const std::string& name,
                  std::vector<uint64_t> values) {
  if (values.empty()) return;
  std::ranges::sort(values);
  const auto at = [&](double q) {
    return static_cast<double>(
               values[static_cast<size_t>(q * static_cast<double>(values.size() - 1))]) /
           1e3;
  };
  extra.emplace_back(name + "_p50_us", at(0.5));
  extra.emplace_back(name + "_p99_us", at(0.99));
  extra.emplace_back(name + "_max_us", at(1.0));
}

}  // namespace bulkhead::bench
