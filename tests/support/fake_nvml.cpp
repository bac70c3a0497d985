// A library that answers as NVIDIA's does, for tests on machines without a GPU: two GPUs, of
// which the second can say nothing but that it is there.
#include <cstring>

extern "C" {

int nvmlInit_v2() { return 0; }
int nvmlShutdown() { return 0; }

int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 2;
  return 0;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  static int devices[2];
  *device = &devices[index];
  devices[index] = static_cast<int>(index);
  return 0;
}

int nvmlDeviceGetName(void* device, char* name, unsigned length) {
  if (*static_cast<int*>(device) == 1) return 999;
  std::strncpy(name, "Fake\x1b[31m GPU", length);
  return 0;
}

int nvmlDeviceGetUtilizationRates(void* device, unsigned* rates) {
  if (*static_cast<int*>(device) == 1) return 999;
  rates[0] = 75;
  rates[1] = 10;
  return 0;
}

int nvmlDeviceGetMemoryInfo(void* device, unsigned long long* memory) {
  if (*static_cast<int*>(device) == 1) return 999;
  memory[0] = 1000;
  memory[1] = 600;
  memory[2] = 400;
  return 0;
}
}
