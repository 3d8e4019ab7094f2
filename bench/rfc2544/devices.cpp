// SPDX-License-Identifier: Apache-2.0
#include "rfc2544/devices.h"

#include <fmt/format.h>
#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "host/eal_arguments.h"
#include "host/kernel_link.h"
#include "host/kernel_silence.h"
#include "host/vdev_arguments.h"

namespace bulkhead::bench {
namespace {

using dataplane::PortConfig, dataplane::PortDriver;

dataplane::DataplaneConfig shape_of(const TesterConfig& config) {
  dataplane::DataplaneConfig shape;
  shape.gateway = "tester";
  shape.worker_mode = dataplane::WorkerMode::kPoll;
  shape.packet_buffers = config.packet_buffers;
  shape.eal = config.eal;
  shape.ports = {config.out.port, config.back.port};
  return shape;
}

// Of a port in the order of the configuration.
std::optional<uint16_t> device_of(const dataplane::DataplaneConfig& shape, size_t index) {
  uint16_t id = 0;
  const std::string name = device_name(shape.ports[index], index);
  if (rte_eth_dev_get_port_by_name(name.c_str(), &id) != 0) return std::nullopt;
  return id;
}

}  // namespace

Devices::Devices(const TesterConfig& config)
    : config_(config), shape_(shape_of(config)), log_([](std::string_view) {}) {}

Result<std::unique_ptr<Devices>> Devices::open(const TesterConfig& config) {
  std::unique_ptr<Devices> devices(new Devices(config));
  Status built = devices->build();
  if (built) return devices;
  Error error = std::move(built).error();
  for (const std::string& line : devices->log_.take()) error.sentence += "\n  dpdk: " + line;
  return error;
}

Status Devices::build() {
  if (Status there = check_interfaces(shape_, dataplane::interface_names()); !there) return there;
  dataplane::DataplaneConfig threads = shape_;  // one queue a port, whatever the threads
  threads.workers = config_.threads;
  auto line = eal_arguments(threads, dataplane::read_host_facts(), ::getpid());
  if (!line) return std::move(line).error();
  memory_ = line->memory;
  auto eal = dataplane::Eal::start(std::move(line->arguments));
  if (!eal) return std::move(eal).error();
  eal_ = std::move(eal).value();
  if (eal_->worker_threads() < config_.threads)
    return Error{ErrorCode::kInvalid,
                 fmt::format("machine.threads is {}, but machine.eal gives only {} besides the "
                             "main one",
                             config_.threads, eal_->worker_threads())};
  auto pool = dataplane::MbufPool::create(config_.packet_buffers, buffer_bytes(shape_));
  if (!pool) return std::move(pool).error();
  pool_ = std::move(pool).value();
  silence_kernel(shape_);
  auto ports = open_ports(shape_, *pool_);
  if (!ports) return std::move(ports).error();
  ports_ = std::move(ports).value();
  out_ = std::make_unique<Host>(config_.out.host, ports_[0]->queue(0), *pool_);
  back_ = std::make_unique<Host>(config_.back.host, ports_[1]->queue(0), *pool_);
  hz_ = static_cast<double>(rte_get_tsc_hz());
  return {};
}

Status Devices::wait_for_links(unsigned seconds) const {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  for (const auto& port : ports_)
    while (!port->link_up()) {
      if (std::chrono::steady_clock::now() > deadline)
        return Error{ErrorCode::kUnavailable,
                     fmt::format("port {}: its link is down: look at the cable, and at the port of "
                                 "the gateway at its other end",
                                 port->info().name)};
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  return {};
}

std::optional<uint32_t> Devices::link_mbps() const {
  std::optional<uint32_t> least;
  for (size_t i = 0; i < shape_.ports.size(); ++i) {
    if (shape_.ports[i].driver != PortDriver::kPci) return std::nullopt;  // software makes it up
    rte_eth_link link{};
    const auto id = device_of(shape_, i);
    if (!id || rte_eth_link_get_nowait(*id, &link) != 0 ||
        link.link_speed == RTE_ETH_SPEED_NUM_NONE || link.link_speed == RTE_ETH_SPEED_NUM_UNKNOWN)
      return std::nullopt;
    least = std::min(least.value_or(link.link_speed), link.link_speed);
  }
  return least;
}

uint64_t Devices::overruns() const {
  rte_eth_stats stats{};
  const auto id = device_of(shape_, 1);
  if (!id || rte_eth_stats_get(*id, &stats) != 0) return 0;
  return stats.imissed + stats.rx_nombuf;
}

Result<TrialResult> Devices::run(Trial& trial) {
  const uint64_t before = overruns();
  Status launched;
  if (config_.threads == 1) {
    launched = eal_->launch(0, [&] { trial.both(); });
  } else {
    // The receiver first; it ends when the sender has.
    launched = eal_->launch(1, [&] { trial.receive(); });
    if (launched) launched = eal_->launch(0, [&] { trial.send(); });
  }
  eal_->join();
  if (!launched) return std::move(launched).error();
  TrialResult result = trial.result();
  result.overrun = overruns() - before;
  return result;
}

std::string Devices::text() const {
  std::string text;
  for (const auto& port : ports_)
    text += fmt::format("{}{} {} {}", text.empty() ? "" : ", ", port->info().name, port->driver(),
                        to_string(port->info().mac));
  return text;
}

}  // namespace bulkhead::bench
