// SPDX-License-Identifier: Apache-2.0
#include "dpdk/runtime.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.h"
#include "host/eal_arguments.h"
#include "worker_loop.h"

namespace bulkhead::dataplane {
namespace {

constexpr uint32_t kHandoverPackets = 1024;  // per ordered pair of workers
constexpr uint32_t kTraceRing = 2048;        // steps per worker: about 150 packets at once

uint64_t random_seed() {
  uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, 0) != sizeof seed) BH_FATAL("the kernel gives no random bytes");
  return seed;
}

std::string plural(size_t n, const char* word) {
  return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s");
}

}  // namespace

Runtime::Runtime(const DataplaneConfig& config)
    : config_(config),
      eal_log_([](std::string_view line) { spdlog::debug("dpdk: {}", line); }),
      epochs_(config.workers),
      publisher_(published_, epochs_) {}

Result<std::unique_ptr<Runtime>> Runtime::start(const DataplaneConfig& config,
                                                const image::PublicKey& signer) {
  std::unique_ptr<Runtime> runtime(new Runtime(config));
  if (Status built = runtime->build(signer); !built) {
    for (const std::string& line : runtime->eal_log_.take()) spdlog::warn("dpdk: {}", line);
    return std::move(built).error();
  }
  return runtime;
}

Status Runtime::build(const image::PublicKey& signer) {
  for (const auto step : {&Runtime::start_eal, &Runtime::open_devices, &Runtime::make_telemetry})
    if (Status done = (this->*step)(); !done) return done;
  if (Status done = start_admin(signer); !done) return done;
  if (Status done = make_workers(); !done) return done;
  return launch_workers();
}

Status Runtime::start_eal() {
  auto eal_line = eal_arguments(config_, read_host_facts(), ::getpid());
  if (!eal_line) return std::move(eal_line).error();
  spdlog::info("memory: {}", eal_line->memory);
  spdlog::debug("EAL: {}", fmt::join(eal_line->arguments, " "));
  auto eal = Eal::start(std::move(eal_line->arguments));
  if (!eal) return std::move(eal).error();
  eal_ = std::move(eal).value();
  if (eal_->worker_threads() < config_.workers)
    return Error{
        ErrorCode::kInvalid,
        fmt::format("{} workers, but the eal options give only {} threads besides the main "
                    "one",
                    config_.workers, eal_->worker_threads())};
  return {};
}

Status Runtime::open_devices() {
  auto pool = MbufPool::create(config_.packet_buffers, buffer_bytes(config_));
  if (!pool) return std::move(pool).error();
  pool_ = std::move(pool).value();
  auto ports = open_ports(config_, *pool_);
  if (!ports) return std::move(ports).error();
  ports_ = std::move(ports).value();
  for (const auto& port : ports_)
    spdlog::info("port {}: {}, mac {}, mtu {}{}", port->info().name, port->driver(),
                 to_string(port->info().mac), port->info().mtu,
                 port->link_up() ? "" : ", link is down");
  return {};
}

Status Runtime::make_telemetry() {
  std::vector<std::string_view> names;
  for (const auto& port : ports_) names.push_back(port->info().name);
  auto segment = telemetry::Segment::create({.workers = config_.workers,
                                             .event_ring = config_.event_ring,
                                             .packet_ring = config_.packet_ring,
                                             .trace_ring = kTraceRing,
                                             .zone_stages = ZonePipeline::kNames,
                                             .mesh_stages = MeshPipeline::kNames,
                                             .ports = names});
  if (!segment) return std::move(segment).error();
  segment_.emplace(std::move(segment).value());
  return {};
}

Status Runtime::start_admin(const image::PublicKey& signer) {
  AdminSetup setup;
  setup.rules = {.signer = signer,
                 .gateway = config_.gateway,
                 .workers = static_cast<uint16_t>(config_.workers)};
  setup.state_directory = config_.state_directory;
  setup.underlays = underlays();
  setup.ports = port_infos();
  setup.workers = static_cast<uint16_t>(config_.workers);
  setup.worker_mode = config_.worker_mode;
  setup.failure_policy = config_.failure_policy;
  setup.version = BULKHEAD_VERSION;
  AdminHooks hooks;
  hooks.warn = [](std::string_view sentence) { spdlog::warn("{}", sentence); };
  handler_ = std::make_unique<AdminHandler>(std::move(setup), std::move(hooks), publisher_, clock_);
  return handler_->start();
}

Status Runtime::make_workers() {
  const auto count = static_cast<uint16_t>(config_.workers);
  const uint64_t seed = random_seed();
  limits_ = std::make_unique<OperationLimits>(config_.rate_limits, config_.point_values, seed);
  io_ = std::make_unique<IoConnections>(config_.io_connections, mix(seed, 6));
  handover_ = std::make_unique<Handover>(count, kHandoverPackets);
  for (uint16_t i = 0; i < count; ++i) {
    auto ring = segment_->event_producer(i);
    if (!ring) return std::move(ring).error();
    event_rings_.push_back(std::make_unique<EventRing>(std::move(ring).value()));
    auto packets = segment_->packet_producer(i);
    if (!packets) return std::move(packets).error();
    packet_rings_.push_back(std::move(packets).value());
    auto traces = segment_->trace_producer(i);
    if (!traces) return std::move(traces).error();
    trace_rings_.push_back(std::move(traces).value());
    WorkerSetup setup;
    setup.index = i;
    setup.workers = count;
    setup.ports = ports_of(i);
    setup.pool = pool_.get();
    setup.clock = &clock_;
    setup.published = &published_;
    setup.epochs = &epochs_;
    setup.counters = &segment_->counters(i);
    setup.events = event_rings_.back().get();
    setup.packets = packet_rings_.back() ? &*packet_rings_.back() : nullptr;
    setup.traces = trace_rings_.back() ? &*trace_rings_.back() : nullptr;
    setup.handover = handover_.get();
    setup.flows = {.flows = config_.flows_per_worker, .share_percent = config_.flow_share_percent};
    setup.inspected_flows = config_.inspected_flows_per_worker;
    setup.scanned_flows = config_.scanned_flows_per_worker;
    setup.limits = limits_.get();
    setup.failure_policy = config_.failure_policy;
    setup.io = io_.get();
    setup.seed = seed;
    workers_.push_back(std::make_unique<Worker>(setup));
  }
  return {};
}

Status Runtime::launch_workers() {
  for (size_t i = 0; i < workers_.size(); ++i) {
    Status launched = eal_->launch(i, [this, i] {
      run_worker(*workers_[i], config_.worker_mode, config_.idle_pause_us, stop_);
    });
    if (!launched) return launched;
  }
  return {};
}

Runtime::~Runtime() {
  stop_.store(true, std::memory_order_relaxed);
  if (eal_) eal_->join();
}

std::vector<WorkerPort> Runtime::ports_of(uint16_t worker) {
  std::vector<WorkerPort> ports;
  for (const auto& port : ports_)
    ports.push_back({.info = port->info(), .queue = &port->queue(worker)});
  return ports;
}

std::vector<PortInfo> Runtime::port_infos() const {
  std::vector<PortInfo> infos;
  for (const auto& port : ports_) infos.push_back(port->info());
  return infos;
}

std::vector<Underlay> Runtime::underlays() const {
  std::vector<Underlay> all;
  size_t tap = config_.ports.size();  // the taps follow the ports (port_set.h)
  for (const auto& port : ports_) {
    const PortInfo& info = port->info();
    if (info.role != PortRole::kMesh) continue;
    Underlay& own = all.emplace_back();
    own.name = info.name;
    own.port = info.index;
    if (tap < ports_.size()) own.exception = ports_[tap++]->info().index;
    own.mac = info.mac;
    own.mtu = info.mtu;
    own.dscp = config_.ports[info.index].dscp;
    own.address = config_.ports[info.index].address.value_or(IpPrefix{});
    own.next_hop = config_.ports[info.index].next_hop;
    own.esp_port = config_.esp_port;
    own.handshake_port = config_.handshake_port;
  }
  return all;
}

std::string Runtime::readiness() const {
  const uint64_t generation = handler_->generation();
  const char* mode = config_.worker_mode == WorkerMode::kPoll ? "poll" : "adaptive";
  return fmt::format("ready: {}, {} ({}), {}", plural(config_.ports.size(), "port"),
                     plural(config_.workers, "worker"), mode,
                     generation == 0 ? "no policy yet: everything is denied"
                                     : fmt::format("policy generation {} from disk", generation));
}

}  // namespace bulkhead::dataplane
