"""Demo data: fictional people and practices in real communes, always around today. Never in production."""
