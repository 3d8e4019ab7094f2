// SPDX-License-Identifier: Apache-2.0
// The gateway's encrypt direction as a system: one real worker with its real pipeline from net_pcap
// (infinite_rx=1) to net_null, under a compiled, signed and verified policy image.
//
//   bench_encrypt EAL-ARGUMENTS -- [--seconds S] [--flows N] [--relationships N] [--name NAME] ...
//
// Same EAL arguments and same capture as the ceiling probe. The figure is void unless every packet
// received was encrypted and sent, none was dropped, and the flow table holds the expected flows.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "dpdk/dpdk_port.h"
#include "dpdk/eal.h"
#include "dpdk/mbuf_pool.h"
#include "pipeline/gateway.h"
#include "pipeline/rig.h"
#include "support/arguments.h"
#include "support/measure.h"

namespace {

using namespace bulkhead;
using bench::kMesh, bench::kZone;

constexpr uint32_t kBuffers = 32767;
constexpr uint32_t kBufferBytes = 2304;
constexpr uint32_t kLookEvery = 16;  // polls
constexpr const char* kUsage =
    "usage: bench_encrypt EAL-ARGUMENTS -- [--seconds S] [--warm-up S] [--flows N]\n"
    "                                      [--relationships N] [--name NAME]\n";

template <typename T>
T require(Result<T> result) {
  if (result) return std::move(result).value();
  std::fprintf(stderr, "bench_encrypt: %s\n", result.error().sentence.c_str());
  std::exit(1);
}

std::unique_ptr<dataplane::DpdkPort> open(dataplane::PortInfo info, const char* device,
                                          const dataplane::MbufPool& pool) {
  dataplane::PortPlan plan;
  plan.info = info;
  plan.device = device;
  return require(dataplane::DpdkPort::open(plan, 1, pool));
}

void poll(double seconds, dataplane::Worker& worker, bench::Meter& meter,
          bench::StageWatch& stages) {
  stages.start();
  meter.start(seconds);
  for (uint32_t n = 0; !meter.done(); ++n) {
    meter.add(worker.poll_once());
    if (n % kLookEvery == 0) stages.look();
  }
}

void prove(bench::Report& report, const bench::Rig& rig, const bench::Gateway& gateway,
           uint32_t flows) {
  const telemetry::WorkerCounters& counters = rig.counters();
  const uint64_t received = counters.ports[kZone].rx_packets.load();
  const uint64_t sent = counters.ports[kMesh].tx_packets.load();
  report.claim(report.packets > 0, "no packets came");
  report.claim(rig.drops() == 0, "packets were dropped: " + rig.drops_text());
  report.claim(gateway.encrypted() == received, "not every packet was encrypted");
  // Beside them only a few keepalives of the gateway's own: one a second and path.
  report.claim(sent >= received && sent - received <= 64,
               "not every packet was sent, or others were too");
  report.claim(counters.flows_live.load() == flows, "other flows than expected");
  report.extra.insert(report.extra.end(),
                      {{"received", static_cast<double>(received)},
                       {"encrypted", static_cast<double>(gateway.encrypted())},
                       {"sent", static_cast<double>(sent)},
                       {"drops", static_cast<double>(rig.drops())},
                       {"flows", static_cast<double>(counters.flows_live.load())}});
}

}  // namespace

int main(int argc, char** argv) {
  char** const own = std::find(argv, argv + argc, std::string("--"));
  const auto eal = require(dataplane::Eal::start({argv, own}));
  const bench::Arguments arguments(static_cast<int>(argv + argc - own), own,
                                   {{"seconds", "1"},
                                    {"warm-up", "0.2"},
                                    {"flows", "256"},
                                    {"relationships", "10"},
                                    {"name", "pipeline"}},
                                   kUsage);
  const bench::Plant plant(
      {arguments.number("flows", 1, 60'000), arguments.number("relationships", 1, 30'000)});
  const auto pool = require(dataplane::MbufPool::create(kBuffers, kBufferBytes));
  const auto zone = open(bench::zone_port({}), "net_pcap0", *pool);
  const auto mesh = open(bench::mesh_port(bench::kOwnGateway, {}), "net_null1", *pool);

  bench::Gateway gateway(plant, bench::kOwnGateway, {zone->info(), mesh->info()});
  gateway.send_to(nullptr, bench::kPeerGateway, bench::kPeerMeshMac);
  bench::Rig rig(gateway, {zone->info(), &zone->queue(0)}, {mesh->info(), &mesh->queue(0)}, *pool);

  bench::Meter meter;
  bench::Report report;
  report.name = arguments.text("name");
  bench::StageWatch stages(rig, false);
  poll(arguments.real("warm-up"), rig.worker(), meter, stages);
  poll(arguments.real("seconds"), rig.worker(), meter, stages);
  meter.finish(report);
  stages.report_to(report);
  prove(report, rig, gateway, plant.size().flows);
  print(report);
  return report.valid ? 0 : 1;
}
